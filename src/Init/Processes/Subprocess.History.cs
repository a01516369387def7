using Init.Os;
using Init.Output;
using Init.States;

namespace Init.Processes;

/// <summary>What is remembered of it, for those who ask why it is how it is.</summary>
internal sealed partial class Subprocess
{
    /// <summary>Of what it said last, in bytes: enough for the lines that are shown.</summary>
    internal const int MostLastWords = 4096;

    private int _requested; // the last signal that somebody had us send to this run

    internal StateHistory History { get; } = new();

    /// <summary>What the last run that has ended used; null when none has.</summary>
    internal RunUsage? LastUsage { get; private set; }

    // Of ended runs, and as far as anybody has looked of this one.
    private TimeSpan _cpuOfEndedRuns;
    private TimeSpan _cpuSeen;

    /// <summary>Where it complains: stdout where stderr goes there too.</summary>
    internal ProcessLog Complaints => _stderr ?? _stdout;

    /// <summary>The end of what the last run said that has failed, as it was then; null when none has.</summary>
    internal (long At, byte[] Words)? LastWords { get; private set; }

    public void Used(in RunUsage usage)
    {
        LastUsage = usage;
        _cpuOfEndedRuns += Longer(usage.Cpu, _cpuSeen);
        _cpuSeen = default;
    }

    /// <summary>
    /// What all its runs have used, which never becomes less. The kernel knows nothing more of descendants that have left the tree, or that
    /// nobody in it has waited for: what has once been seen of a run counts.
    /// </summary>
    /// <param name="now">What is seen of this run's tree; null when that is not known.</param>
    internal TimeSpan Cpu(TimeSpan? now)
    {
        if (now is { } seen && _status.Pid != 0)
            _cpuSeen = Longer(_cpuSeen, seen);
        return _cpuOfEndedRuns + _cpuSeen;
    }

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private void Remember(in ProcessInput input, in ProcessStatus before, ProcessAction.Tell told)
    {
        var now = Clock.WallClock.ToUnixTimeSeconds();
        var hasEnded = input.Kind == ProcessInputKind.Reaped && told.To != ProcessState.Running;
        History.Add(StateChange.Of(now, input, before, _status, told, hasEnded ? KillerOf(input.Ended, before) : Killer.Unknown));
        if (told.To == ProcessState.Starting)
            _requested = 0;
        if (hasEnded && (told.To == ProcessState.Backoff || (told.To == ProcessState.Exited && !told.Expected)))
            LastWords = (now, PathGate.FirstSilent(LogPaths) is null ? Complaints.EndOfRun(MostLastWords) : []);
    }

    private Killer KillerOf(WaitStatus ended, in ProcessStatus before)
    {
        if (ended.Signaled && ended.TermSignal == _requested)
            return Killer.Request;
        if (ended.TermSignal != Signals.SIGKILL)
            return Killer.Unknown;
        if (before is { State: ProcessState.Stopping, IsKilled: true })
            return before.IsLimited ? Killer.UsInABudget : Killer.Us;
        return _context.Reports.OutOfMemory.HasKilled() ? Killer.OutOfMemory : Killer.Unknown;
    }

    /// <summary>It was to be restarted, and no longer is.</summary>
    internal void RememberStop(string reason) => Remember(Cause.Stopped, $"{reason}, and not to be restarted");

    private void Remember(Cause cause, string? text = null) =>
        History.Add(new StateChange(Clock.WallClock.ToUnixTimeSeconds(), _status.State, cause, Text: text));
}
