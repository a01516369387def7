using Init.Config;
using Init.Os;
using Init.States;

namespace Init.Processes;

/// <summary>Why a process is how it is.</summary>
internal enum Cause : byte
{
    Started,
    AutoRestarted,
    Retried,
    Succeeded,
    CannotSpawn,
    FailedStart,
    GaveUp,
    NeedFailed,
    Stopped,
    NotReady,
    SupervisorEnds,
    Ended,
    CannotSignal,
    Waits,
    Healthy,
    Unhealthy,
}

/// <summary>Who has sent the signal that ended a process.</summary>
internal enum Killer : byte
{
    Unknown,

    /// <summary>We, after stopwaitsecs.</summary>
    Us,

    /// <summary>We, when its part of stop_budget was used up.</summary>
    UsInABudget,

    /// <summary>We, for somebody who asked for that signal.</summary>
    Request,

    /// <summary>The kernel, which has counted a kill for want of memory.</summary>
    OutOfMemory,
}

/// <summary>
/// One thing that happened to a process, for those who ask why: numbers, of which the words are made when somebody asks.
/// </summary>
/// <param name="At">Unix seconds.</param>
/// <param name="Number">A wait status, or how many failed starts.</param>
/// <param name="Tries">Failed starts in a row.</param>
/// <param name="Text">Of a cause that comes in words.</param>
/// <param name="IsAgain">Of a start: nobody has asked for it.</param>
/// <param name="IsSignalled">Of an end: we have sent stopsignal.</param>
internal readonly record struct StateChange(
    long At, ProcessState State, Cause Cause, int Number = 0, int Tries = 0, bool Expected = false, Killer Killer = Killer.Unknown,
    string? Text = null, bool IsAgain = false, bool IsSignalled = false)
{
    /// <summary>What a state that was entered owes to the input that led there.</summary>
    internal static StateChange Of(
        long at, in ProcessInput input, in ProcessStatus before, in ProcessStatus after, ProcessAction.Tell told, Killer killer)
    {
        var change = new StateChange(at, told.To, Cause.Started, input.Ended.Raw, told.Tries, told.Expected, killer, input.Text);
        return told.To switch
        {
            ProcessState.Starting when input.Kind == ProcessInputKind.Start => change with { IsAgain = input.IsAgain },
            ProcessState.Starting when before.State == ProcessState.Backoff => change with { Cause = Cause.Retried },
            ProcessState.Starting => change with { Cause = Cause.AutoRestarted },
            ProcessState.Running => change with { Cause = Cause.Succeeded },
            ProcessState.Backoff when input.Kind == ProcessInputKind.SpawnFailed => change with { Cause = Cause.CannotSpawn },
            ProcessState.Backoff => change with { Cause = Cause.FailedStart, Text = before.FailedStart },
            ProcessState.Fatal when input.Kind == ProcessInputKind.NeedFailed => change with { Cause = Cause.NeedFailed },
            ProcessState.Fatal when input.Kind == ProcessInputKind.DeadlinePassed => change with { Cause = Cause.GaveUp, Number = before.Backoff - 1 },
            ProcessState.Unknown => change with { Cause = Cause.CannotSignal },
            ProcessState.Stopping when after.FailedStart is { } reason => change with { Cause = Cause.NotReady, Text = reason },
            _ when input.Kind == ProcessInputKind.Reaped => change with { Cause = Cause.Ended, IsSignalled = before.IsSignalled },
            _ when input.Kind == ProcessInputKind.Shutdown => change with { Cause = Cause.SupervisorEnds },
            _ => change with { Cause = Cause.Stopped },
        };
    }

    /// <summary>In words: `exited with status 3 (not expected)`.</summary>
    internal string Describe(ProcessConfig config) => Cause switch
    {
        Cause.Started => Text is null ? "started" : $"started {Text}",
        Cause.AutoRestarted => "restarted by autorestart",
        Cause.Retried => Tries == 1 ? "started again after a failed start" : $"started again after {Tries} failed starts",
        Cause.Succeeded when config.ReadyWhen is { } ready => $"ready ({ready})",
        Cause.Succeeded => config.StartSecs <= 0 ? "it runs (startsecs=0)" : $"it has stayed up for {config.StartSecs} s (startsecs)",
        Cause.CannotSpawn => $"failed start {Tries}: {Text}",
        Cause.FailedStart when Text is not null => $"failed start {Tries}: {Text}; {HowItEnded}",
        Cause.FailedStart => $"failed start {Tries}: {HowItEnded} {(config.ReadyWhen is null ? $"within startsecs ({config.StartSecs} s)" : "before it was ready")}",
        Cause.GaveUp => Number switch
        {
            0 => "gave up without a retry (startretries=0)",
            1 => "gave up after 1 retry",
            _ => $"gave up after {Number} retries",
        },
        Cause.Stopped => Text is null ? "stopped" : $"stopped {Text}",
        Cause.NotReady => $"stopped, for it was {Text}",
        Cause.SupervisorEnds => State == ProcessState.Stopping ? "stopped because the supervisor ends" : "no other try, because the supervisor ends",
        Cause.Ended when State == ProcessState.Exited => $"{HowItEnded} ({(Expected ? "expected" : "not expected")})",
        Cause.Ended when Killer == Killer.Unknown && new WaitStatus(Number).TermSignal == config.StopSignal && (IsSignalled || config.StopCommand is not null) =>
            $"{HowItEnded} ({(IsSignalled ? "stopsignal" : "stop_command")})",
        Cause.Ended => HowItEnded,
        Cause.Waits => $"its start waits for {Text}",
        Cause.Healthy => "healthy",
        Cause.Unhealthy => Text is null ? "unhealthy" : $"unhealthy: {Text}",
        _ => Text ?? "",
    };

    private string HowItEnded
    {
        get
        {
            var status = new WaitStatus(Number);
            if (!status.Signaled)
                return $"exited with status {status.ExitCode}";
            if (Killer == Killer.OutOfMemory)
                return "killed by SIGKILL, not sent by us: out of memory? The kernel has counted an oom_kill";
            var sender = Killer switch
            {
                Killer.Us => " by us after stopwaitsecs",
                Killer.UsInABudget => " by us, its part of stop_budget was used up",
                Killer.Request => ", sent by request",
                _ => status.TermSignal == Signals.SIGKILL ? ", not sent by us" : "",
            };
            return $"killed by {Signals.Name(status.TermSignal)}{(status.CoreDumped ? " (core dumped)" : "")}{sender}";
        }
    }
}
