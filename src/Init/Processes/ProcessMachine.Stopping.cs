using Init.Config;
using Init.Os;
using static Init.States.ProcessState;

namespace Init.Processes;

/// <summary>How a process is stopped.</summary>
internal static partial class ProcessMachine
{
    private static ProcessStatus SignalToStop(in ProcessStatus status, ProcessConfig config, TimeSpan? within, Moment now, List<ProcessAction> actions)
    {
        Tell(status, Stopping, actions);
        var patience = TimeSpan.FromSeconds(config.StopWaitSecs);
        patience = Earlier(patience, within ?? patience);
        if (config.StopCommand is null)
            Kill(status, config, config.StopSignal, config.StopAsGroup, actions);
        else
            RunStopCommand(status, config, patience, actions);
        return status with
        {
            State = Stopping,
            Since = now.Monotonic,
            KillAt = now.Monotonic + patience,
            IsLimited = within is not null,
            IsSignalled = config.StopCommand is null,
            IsKilled = false,
        };
    }

    private static void RunStopCommand(in ProcessStatus status, ProcessConfig config, TimeSpan patience, List<ProcessAction> actions)
    {
        actions.Add(new ProcessAction.Log(LogLevel.Info, $"running stop_command of {config.Name} (pid {status.Pid})"));
        actions.Add(new ProcessAction.RunStopCommand(patience));
    }

    /// <summary>stop_command was of no use: the signal in its place has what is left of the time.</summary>
    private static ProcessStatus SignalInstead(in ProcessStatus status, string reason, ProcessConfig config, Moment now, List<ProcessAction> actions)
    {
        actions.Add(new ProcessAction.Log(LogLevel.Warn, $"stop_command of {config.Name} failed: {reason}"));
        if (status.IsKilled || now.Monotonic >= status.KillAt)
            return status; // SIGKILL is about to follow, or was sent just before
        Kill(status, config, config.StopSignal, config.StopAsGroup, actions);
        return status with { IsSignalled = true };
    }

    /// <summary>What is being stopped anyway has no more time than all have that are stopped at the end.</summary>
    private static ProcessStatus Limit(in ProcessStatus status, TimeSpan? within, Moment now) => status.IsKilled || within is null
        ? status
        : status with { KillAt = Earlier(status.KillAt, now.Monotonic + within.Value), IsLimited = true };

    private static ProcessStatus KillAfterWait(in ProcessStatus status, ProcessConfig config, Moment now, List<ProcessAction> actions)
    {
        actions.Add(new ProcessAction.Log(LogLevel.Warn, $"killing '{config.Name}' ({status.Pid}) with SIGKILL"));
        Kill(status, config, Signals.SIGKILL, config.KillAsGroup, actions);
        // Said again every stopwaitsecs until it is reaped (L-067), but not in a spin when that is 0.
        return status with { IsKilled = true, KillAt = now.Monotonic + TimeSpan.FromSeconds(Math.Max(1, config.StopWaitSecs)) };
    }

    private static void Kill(in ProcessStatus status, ProcessConfig config, int signal, bool toGroup, List<ProcessAction> actions)
    {
        actions.Add(new ProcessAction.Log(LogLevel.Debug,
            $"killing {config.Name} (pid {status.Pid}) {(toGroup ? "process group " : "")}with signal {Signals.Name(signal)}"));
        actions.Add(new ProcessAction.SendSignal(signal, toGroup));
    }

    private static ProcessStatus StopRetrying(in ProcessStatus status, ProcessConfig config, Moment now, List<ProcessAction> actions)
    {
        Tell(status, Stopped, actions);
        actions.Add(new ProcessAction.Log(LogLevel.Debug, $"Attempted to kill {config.Name}, which is in BACKOFF state."));
        return status with { State = Stopped, Since = now.Monotonic };
    }

    /// <summary>It would be started again, as soon as what it waits for is there.</summary>
    private static ProcessStatus StopRestarting(in ProcessStatus status, Moment now, List<ProcessAction> actions)
    {
        Tell(status, Stopped, actions);
        return status with { State = Stopped, Since = now.Monotonic };
    }

    private static ProcessStatus StopRetryingForGood(in ProcessStatus status, Moment now, List<ProcessAction> actions)
    {
        Tell(status, Fatal, actions); // E-030: without a line in the log
        return status with { State = Fatal, Since = now.Monotonic, Backoff = 0 };
    }

    private static ProcessStatus HasStopped(in ProcessStatus status, WaitStatus ended, ProcessConfig config, Moment now, List<ProcessAction> actions)
    {
        Tell(status, Stopped, actions);
        // A death by the stop signal itself is a warning, as Supervisor has it (L-068).
        actions.Add(new ProcessAction.Log(IsExpected(ended, config) ? LogLevel.Info : LogLevel.Warn, $"stopped: {config.Name} ({ended})"));
        return status with { State = Stopped, Since = now.Monotonic, Stopped = now.Wall, Pid = 0, Ended = ended, LastEnd = ended, SpawnError = null };
    }
}
