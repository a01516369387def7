using Init.Os;
using Init.States;

namespace Init.Processes;

internal enum ProcessInputKind
{
    /// <summary>A start is wanted, at boot or by request.</summary>
    Start,

    /// <summary>A spawn that was asked for has a pid.</summary>
    Spawned,

    /// <summary>A spawn that was asked for could not be made; the text says why.</summary>
    SpawnFailed,

    /// <summary>What it depends on has failed; the text says what.</summary>
    NeedFailed,

    /// <summary>What ready_when asks for holds.</summary>
    Ready,

    /// <summary>The program asks for more time, to start or to stop (EXTEND_TIMEOUT_USEC).</summary>
    Extend,

    /// <summary>The process was reaped.</summary>
    Reaped,

    /// <summary>The status's own deadline has come.</summary>
    DeadlinePassed,

    /// <summary>A stop is wanted by request.</summary>
    Stop,

    /// <summary>A stop is wanted because the supervisor itself ends or restarts.</summary>
    Shutdown,

    /// <summary>A signal could not be sent; the text says why.</summary>
    SignalFailed,

    /// <summary>The command that was to stop it could not be run, or has failed; the text says how.</summary>
    StopCommandFailed,
}

/// <summary>Something that happened to a process, with what the kind carries.</summary>
/// <param name="IsAgain">Of a start: it comes by itself, and has only waited for something.</param>
internal readonly record struct ProcessInput(
    ProcessInputKind Kind, int Pid = 0, WaitStatus Ended = default, int Status = 0, string? Text = null, TimeSpan? Within = null,
    bool IsAgain = false)
{
    internal static readonly ProcessInput Start = new(ProcessInputKind.Start);
    internal static readonly ProcessInput DeadlinePassed = new(ProcessInputKind.DeadlinePassed);
    internal static readonly ProcessInput Ready = new(ProcessInputKind.Ready);
    internal static readonly ProcessInput Stop = new(ProcessInputKind.Stop);

    /// <param name="reason">Who or what wants it, after `started`: `by request`. The machine does not look at it.</param>
    internal static ProcessInput StartFor(string reason) => new(ProcessInputKind.Start, Text: reason);

    /// <param name="reason">After `stopped`: `by request`, `to be restarted: it is unhealthy`. The machine does not look at it.</param>
    internal static ProcessInput StopFor(string reason) => new(ProcessInputKind.Stop, Text: reason);

    /// <param name="within">How long it may take until it is killed, where that is less than its stopwaitsecs.</param>
    internal static ProcessInput Shutdown(TimeSpan? within = null) => new(ProcessInputKind.Shutdown, Within: within);

    internal static ProcessInput Spawned(int pid) => new(ProcessInputKind.Spawned, Pid: pid);

    /// <param name="status">What a shell's would have been: 127 for a command that is not there, 126 for one that cannot be run.</param>
    internal static ProcessInput SpawnFailed(string text, int status = 1) => new(ProcessInputKind.SpawnFailed, Status: status, Text: text);

    /// <param name="within">How long it may take from now on.</param>
    internal static ProcessInput Extend(TimeSpan within) => new(ProcessInputKind.Extend, Within: within);

    internal static ProcessInput NeedFailed(string text) => new(ProcessInputKind.NeedFailed, Text: text);

    internal static ProcessInput Reaped(WaitStatus ended) => new(ProcessInputKind.Reaped, Ended: ended);

    internal static ProcessInput StopCommandFailed(string text) => new(ProcessInputKind.StopCommandFailed, Text: text);

    internal static ProcessInput SignalFailed(string text) => new(ProcessInputKind.SignalFailed, Text: text);
}

/// <summary>Something the machine wants done; doing it may produce an input of the next round.</summary>
internal abstract record ProcessAction
{
    /// <summary>Make the process. Answered by Spawned or SpawnFailed.</summary>
    internal sealed record Spawn : ProcessAction;

    /// <summary>Send a signal to the process or its whole group. Answered by SignalFailed if it cannot be sent.</summary>
    internal sealed record SendSignal(int Signal, bool ToGroup) : ProcessAction;

    /// <summary>Run stop_command. Answered by StopCommandFailed if that does not help.</summary>
    /// <param name="Patience">When it is of no use any more.</param>
    internal sealed record RunStopCommand(TimeSpan Patience) : ProcessAction;

    /// <summary>Tell event listeners of a state that was entered, before the log's line about it (E-028).</summary>
    /// <param name="Pid">Of the process that it is, or was until now.</param>
    /// <param name="Tries">Starts that have failed in a row.</param>
    /// <param name="Expected">Of an exit: whether its code is one of exitcodes.</param>
    internal sealed record Tell(ProcessState From, ProcessState To, int Pid, int Tries, bool Expected) : ProcessAction;

    /// <summary>Write a line to the activity log.</summary>
    internal sealed record Log(Config.LogLevel Level, string Message) : ProcessAction;
}
