using Init.Config;
using Init.Os;
using Init.Processes;
using Init.States;

namespace Init.Supervision;

/// <summary>Why everything ends although nobody has asked for it, and the status that we then exit with.</summary>
internal sealed record Ending(int Status, string Reason)
{
    /// <summary>The last line of the log: `exiting 139: program api killed by SIGSEGV`.</summary>
    public override string ToString() => $"exiting {Status}: {Reason}";

    /// <summary>What a program's exit_on makes of a state that it has entered; null when nothing follows from it.</summary>
    internal static Ending? Of(ProcessConfig config, string name, ProcessState entered, in ProcessStatus status)
    {
        var ends = (entered, config.ExitOn) switch
        {
            (ProcessState.Fatal, not ExitOn.Never) => true,
            // Before autorestart or a further try; a start that made no process is none that has ended.
            (ProcessState.Exited or ProcessState.Backoff, ExitOn.Exit) => status.LastEnd is not null,
            (ProcessState.Exited or ProcessState.Backoff, ExitOn.Failure) => status.LastEnd is { } end && !ProcessMachine.IsExpected(end, config),
            _ => false,
        };
        return ends ? Blame(name, entered, status) : null;
    }

    /// <summary>
    /// What exit_when_done makes of how all programs are; null while one runs, or will by itself. One that only waits for others waits in
    /// vain then, unless it is for somebody.
    /// </summary>
    internal static Ending? WhenDone(IEnumerable<Subprocess> programs, Func<Subprocess, bool> waitsForSomebody)
    {
        Subprocess? culprit = null;
        foreach (var program in programs)
        {
            // Also one whose tree is gone just now, and whose restart has waited for that.
            if (!program.IsGone || program.Deadline(mayRestart: true) is not null || program.IsToRestart || program.WaitsForLeftover
                || program.Config.Upkeep.Schedule is not null || waitsForSomebody(program))
                return null;
            if (HasFailed(program) && !(culprit?.Status.Since <= program.Status.Since))
                culprit = program;
        }
        return culprit is null
            ? new Ending(0, "all programs have ended")
            : culprit is { Status.State: ProcessState.Stopped, StoppedFor: { } reason } ? OfUnhealthy(culprit.Namespec, reason)
            : Blame(culprit.Namespec, culprit.Status.State, culprit.Status);
    }

    private static bool HasFailed(Subprocess program) => program.Status.State switch
    {
        ProcessState.Fatal or ProcessState.Unknown => true,
        ProcessState.Exited => !ProcessMachine.IsExpected(program.Status.Ended, program.Config),
        _ => program.StoppedFor is not null,
    };

    /// <summary>It still runs, so there is no status of its own.</summary>
    internal static Ending OfUnhealthy(string name, string reason) => new(1, $"program {name} is unhealthy: {reason}");

    private static Ending Blame(string name, ProcessState state, in ProcessStatus status)
    {
        if (status.FailedStart is { } failure)
            return new(1, $"program {name} is {failure}"); // the status it had was of our own signal
        if (status.LastEnd is not { } end)
            return new(Math.Max(1, status.SpawnStatus), $"program {name} could not be started: {status.SpawnError}");
        var how = end.Signaled ? $"killed by {Signals.Name(end.TermSignal)}" : $"exited with status {end.ExitCode}";
        // Where it gave up, a 0 would be a lie.
        return state == ProcessState.Fatal
            ? new(Math.Max(1, end.ShellStatus), $"program {name} {how} again and again")
            : new(end.ShellStatus, $"program {name} {how}");
    }
}
