using Init.Config;
using Init.Os;
using static Init.States.ProcessState;

namespace Init.Processes;

/// <summary>How a process comes to run, or fails to.</summary>
internal static partial class ProcessMachine
{
    private static ProcessStatus Spawn(in ProcessStatus status, Moment now, List<ProcessAction> actions)
    {
        Tell(status, Starting, actions, tries: status.Backoff);
        actions.Add(new ProcessAction.Spawn());
        return status with { State = Starting, Since = now.Monotonic, Started = now, Pid = 0, Ended = null, LastEnd = null, SpawnError = null, IsReady = false, FailedStart = null };
    }

    private static ProcessStatus RunsAlready(in ProcessStatus status, ProcessConfig config, List<ProcessAction> actions)
    {
        actions.Add(new ProcessAction.Log(LogLevel.Warn, $"process '{config.Name}' already running"));
        return status;
    }

    private static ProcessStatus HasPid(in ProcessStatus status, int pid, ProcessConfig config, Moment now, List<ProcessAction> actions)
    {
        actions.Add(new ProcessAction.Log(CrashLoop.Level(LogLevel.Info, status), $"spawned: '{config.Name}' with pid {pid}"));
        var running = status with { Pid = pid, Since = now.Monotonic, ReadyBy = now.Monotonic + TimeSpan.FromSeconds(config.ReadyTimeout) };
        // With startsecs=0 it runs at once, so that `success` is always said before `exited` (L-048).
        return config.StartSecs <= 0 && config.ReadyWhen is null ? Succeed(running, config, now, actions) : running;
    }

    private static ProcessStatus BecomeReady(in ProcessStatus status, ProcessConfig config, Moment now, List<ProcessAction> actions)
    {
        var ready = status with { IsReady = true };
        return IsTooQuick(status, config, now) ? ready : Succeed(ready, config, now, actions);
    }

    /// <param name="problem">What was missing, if that is known.</param>
    private static ProcessStatus FailToBeReady(in ProcessStatus status, string? problem, ProcessConfig config, Moment now, List<ProcessAction> actions)
    {
        var seconds = (now.Monotonic - status.Since).TotalSeconds;
        var reason = FormattableString.Invariant($"not ready within {seconds:0.#} s: {config.ReadyWhen}{(problem is null ? "" : $": {problem}")}");
        actions.Add(new ProcessAction.Log(CrashLoop.Level(LogLevel.Warn, status), $"{config.Name} is {reason}"));
        return SignalToStop(status, config, null, now, actions) with { FailedStart = reason, SpawnError = reason };
    }

    private static ProcessStatus FailedToStart(
        in ProcessStatus status, string reason, WaitStatus ended, ProcessConfig config, Moment now, List<ProcessAction> actions)
    {
        var counted = CrashLoop.Count(status, config, now, actions);
        Tell(status, Backoff, actions, tries: status.Backoff + 1);
        actions.Add(new ProcessAction.Log(CrashLoop.Level(LogLevel.Warn, counted), $"exited: {config.Name} ({ended}; not expected)"));
        return CrashLoop.Say(EnterBackoff(counted, reason, now) with { LastEnd = ended }, config, now, actions);
    }

    private static ProcessStatus CannotSpawn(
        in ProcessStatus status, in ProcessInput failure, ProcessConfig config, Moment now, List<ProcessAction> actions)
    {
        var counted = CrashLoop.Count(status, config, now, actions);
        Tell(status, Backoff, actions, tries: status.Backoff + 1);
        actions.Add(new ProcessAction.Log(CrashLoop.Level(LogLevel.Info, counted), $"spawnerr: {failure.Text}"));
        return CrashLoop.Say(EnterBackoff(counted, failure.Text!, now) with { SpawnStatus = failure.Status }, config, now, actions);
    }

    private static ProcessStatus Succeed(in ProcessStatus status, ProcessConfig config, Moment now, List<ProcessAction> actions)
    {
        Tell(status, Running, actions);
        actions.Add(new ProcessAction.Log(CrashLoop.Level(LogLevel.Info, status), config.ReadyWhen is { } ready
            ? $"success: {config.Name} entered RUNNING state, it is ready ({ready})"
            : $"success: {config.Name} entered RUNNING state, process has stayed up for > than {config.StartSecs} seconds (startsecs)"));
        return status with { State = Running, Since = now.Monotonic, Backoff = 0 };
    }

    private static ProcessStatus ExitTooQuickly(
        in ProcessStatus status, WaitStatus ended, ProcessConfig config, Moment now, List<ProcessAction> actions) =>
        FailedToStart(status, "Exited too quickly (process log may have details)", ended, config, now, actions);

    private static ProcessStatus ExitUnready(in ProcessStatus status, WaitStatus ended, ProcessConfig config, Moment now, List<ProcessAction> actions) =>
        FailedToStart(status, "Exited before it was ready (process log may have details)", ended, config, now, actions);

    private static ProcessStatus EnterBackoff(in ProcessStatus status, string reason, Moment now) => status with
    {
        State = Backoff,
        Since = now.Monotonic,
        Stopped = now.Wall,
        Pid = 0,
        Backoff = status.Backoff + 1,
        SpawnError = reason,
    };

    private static ProcessStatus GiveUp(in ProcessStatus status, ProcessConfig config, Moment now, List<ProcessAction> actions)
    {
        Tell(status, Fatal, actions);
        actions.Add(new ProcessAction.Log(LogLevel.Info, $"gave up: {config.Name} entered FATAL state, too many start retries too quickly"));
        return status with { State = Fatal, Since = now.Monotonic, Backoff = 0 };
    }

    private static ProcessStatus GiveUpForNeed(in ProcessStatus status, string reason, ProcessConfig config, Moment now, List<ProcessAction> actions)
    {
        if (status.State != Fatal)
            Tell(status, Fatal, actions);
        actions.Add(new ProcessAction.Log(LogLevel.Warn, $"gave up: {config.Name} entered FATAL state, {reason}"));
        return status with { State = Fatal, Since = now.Monotonic, Backoff = 0, LastEnd = null, FailedStart = null, SpawnStatus = 1, SpawnError = reason };
    }
}
