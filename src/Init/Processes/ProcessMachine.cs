using Init.Config;
using Init.Os;
using Init.States;
using static Init.Processes.ProcessInputKind;
using static Init.States.ProcessState;

namespace Init.Processes;

/// <summary>
/// What becomes of a process: (status, input, configuration, now) -> (status, actions). It decides and does nothing else: no clock
/// is read, no call is made.
/// <code>
///            Start             startsecs            Reaped
///   STOPPED ------> STARTING ------------> RUNNING --------> EXITED --+
///      ^               | ^                    |                 ^     | autorestart
///      |   too quickly v | retry              |                 +-----+--> STARTING
///      |             BACKOFF ---> FATAL       |
///      |                  retries used up     |
///      +------- STOPPING &lt;--------------------+   Stop; SIGKILL after stopwaitsecs, and again
/// </code>
/// With ready_when, STARTING also lasts until the program is ready; if that takes longer than ready_timeout it is stopped, and goes by way
/// of STOPPING to BACKOFF: a failed start.
/// BACKOFF that is stopped goes straight to STOPPED, or to FATAL when the supervisor ends (L-070, L-097). UNKNOWN is a process that
/// cannot be signalled; its death ends it as STOPPED.
/// </summary>
internal static class ProcessMachine
{
    /// <summary>
    /// Restarts have no limit and no delay (L-061), but a program that has ended within a second several times in a row is started
    /// at most once a second, or it would occupy a core. Supervisor's one-second poll has the same effect.
    /// </summary>
    private const int QuickRunsAtOnce = 5;

    private static readonly TimeSpan _quickRun = TimeSpan.FromSeconds(1);

    /// <summary>When the status changes by itself; null when only an input can change it.</summary>
    /// <param name="mayRestart">False while the supervisor ends or restarts: nothing starts by itself then (L-062).</param>
    internal static TimeSpan? Deadline(in ProcessStatus status, ProcessConfig config, bool mayRestart) => status.State switch
    {
        Starting when status.Pid != 0 && IsAwaited(status, config) => status.ReadyBy,
        Starting when status.Pid != 0 => status.Since + TimeSpan.FromSeconds(config.StartSecs),
        Backoff when status.Backoff > config.StartRetries => status.Since,
        Backoff when mayRestart => status.Since + (config.RestartBackoff?.After(status.Ends) ?? TimeSpan.FromSeconds(status.Backoff)),
        Running => CrashLoop.IsOverAt(status, config),
        Stopping => status.KillAt,
        Exited when mayRestart && WantsRestart(status, config) && config.RestartBackoff?.After(status.Ends) is { Ticks: > 0 } wait => status.Since + wait,
        Exited when mayRestart && WantsRestart(status, config) => status.QuickRuns > QuickRunsAtOnce
            ? Later(status.Since, status.Started!.Value.Monotonic + _quickRun)
            : status.Since,
        _ => null,
    };

    /// <summary>Whether what is due is a start.</summary>
    internal static bool IsStart(in ProcessStatus status, ProcessConfig config) =>
        status.State == Exited || (status.State == Backoff && status.Backoff <= config.StartRetries);

    /// <summary>Takes one input. A pair of state and input that means nothing leaves the status as it is.</summary>
    internal static ProcessStatus Step(in ProcessStatus status, in ProcessInput input, ProcessConfig config, Moment now, List<ProcessAction> actions) =>
        (status.State, input.Kind) switch
        {
            (Stopped or Exited or Fatal or Backoff, Start) =>
                Spawn(input.IsAgain ? status : status with { Ends = 0, Crashes = null }, now, actions),
            (Stopped or Exited or Fatal or Backoff, NeedFailed) => GiveUpForNeed(status, input.Text!, config, now, actions),
            (Exited, DeadlinePassed) => Spawn(status, now, actions),
            (Backoff, DeadlinePassed) when status.Backoff > config.StartRetries => GiveUp(status, config, now, actions),
            (Backoff, DeadlinePassed) => Spawn(status, now, actions),

            (Starting, Spawned) => HasPid(status, input.Pid, config, now, actions),
            (Starting, SpawnFailed) => CannotSpawn(status, input, config, now, actions),
            (Starting, DeadlinePassed) when IsAwaited(status, config) => FailToBeReady(status, input.Text, config, now, actions),
            (Starting, DeadlinePassed) => Succeed(status, config, now, actions),
            (Starting, Ready) when status.Pid != 0 => BecomeReady(status, config, now, actions),
            (Starting, Extend) => status with { ReadyBy = now.Monotonic + input.Within!.Value },
            (Starting, Reaped) when IsAwaited(status, config) => ExitUnready(status, input.Ended, config, now, actions),
            (Starting, Reaped) when IsTooQuick(status, config, now) => ExitTooQuickly(status, input.Ended, config, now, actions),
            (Starting, Reaped) => Exit(Succeed(status, config, now, actions), input.Ended, config, now, actions),
            (Running, DeadlinePassed) => CrashLoop.Leave(status, config, now, actions),
            (Running, Reaped) => Exit(status, input.Ended, config, now, actions),

            (Starting or Running, Stop or Shutdown) => SignalToStop(status, config, input.Within, now, actions),
            (Backoff, Stop) => StopRetrying(status, config, now, actions),
            (Exited, Stop) => StopRestarting(status, now, actions),
            (Backoff, Shutdown) => StopRetryingForGood(status, now, actions),
            (Stopping, Stop or Shutdown) when status.FailedStart is not null =>
                Limit(status with { FailedStart = null, SpawnError = null }, input.Within, now), // there will be no other try
            (Stopping, Extend) when status is { IsKilled: false, IsLimited: false } => status with { KillAt = now.Monotonic + input.Within!.Value },
            (Stopping, DeadlinePassed) => KillAfterWait(status, config, now, actions),
            (Stopping, Reaped) when status.FailedStart is { } reason => FailedToStart(status, reason, input.Ended, config, now, actions),
            (Stopping or Unknown, Reaped) => HasStopped(status, input.Ended, config, now, actions),
            (Stopping, StopCommandFailed) when !status.IsKilled => SignalInstead(status, input.Text!, config, now, actions),
            (_, SignalFailed) => CannotSignal(status, input.Text!, now, actions),

            // A death that no state expects: the pid is gone whatever we thought.
            (Stopped or Exited or Fatal or Backoff, Reaped) => status with { Pid = 0 },

            (Starting or Running or Stopping or Unknown, Start) => RunsAlready(status, config, actions),
            (Stopping, Shutdown) => Limit(status, input.Within, now),
            (Exited, Shutdown) or (Stopping, Stop) or (Stopped or Fatal or Unknown, Stop or Shutdown) => status, // it is stopped, or about to be
            (Stopped or Fatal or Unknown, DeadlinePassed) => status, // these have no deadline
            (_, Spawned or SpawnFailed) => status, // only STARTING asks for a spawn
            (_, NeedFailed) => status, // it runs, so it does not wait
            (_, Ready or Extend) => status, // nobody waits for it
            (_, StopCommandFailed) => status, // it has ended nevertheless, or is killed already

            _ => throw new ArgumentOutOfRangeException(nameof(input), $"{input.Kind} in {status.State}"),
        };

    private static bool WantsRestart(in ProcessStatus status, ProcessConfig config) => config.AutoRestart switch
    {
        AutoRestart.Always => true,
        AutoRestart.Unexpected => !IsExpected(status.Ended, config),
        _ => false,
    };

    /// <summary>A death by a signal never is.</summary>
    internal static bool IsExpected(WaitStatus? ended, ProcessConfig config) =>
        ended is { Signaled: false } exit && config.ExitCodes.Contains(exit.ExitCode);

    private static bool IsTooQuick(in ProcessStatus status, ProcessConfig config, Moment now) =>
        now.Monotonic - status.Since < TimeSpan.FromSeconds(config.StartSecs);

    /// <summary>Whether it runs and is not ready yet.</summary>
    private static bool IsAwaited(in ProcessStatus status, ProcessConfig config) => config.ReadyWhen is not null && !status.IsReady;

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
        return status with { State = Fatal, Since = now.Monotonic, Backoff = 0, LastEnd = null, SpawnStatus = 1, SpawnError = reason };
    }

    private static ProcessStatus Exit(in ProcessStatus status, WaitStatus ended, ProcessConfig config, Moment now, List<ProcessAction> actions)
    {
        var expected = IsExpected(ended, config);
        var counted = CrashLoop.Count(status, config, now, actions);
        Tell(status, Exited, actions, expected: expected);
        actions.Add(expected
            ? new ProcessAction.Log(CrashLoop.Level(LogLevel.Info, counted), $"exited: {config.Name} ({ended}; expected)")
            : new ProcessAction.Log(CrashLoop.Level(LogLevel.Warn, counted), $"exited: {config.Name} ({ended}; not expected)"));
        counted = counted with
        {
            State = Exited,
            Since = now.Monotonic,
            Stopped = now.Wall,
            Pid = 0,
            Backoff = 0,
            QuickRuns = now.Monotonic - status.Started!.Value.Monotonic < _quickRun ? status.QuickRuns + 1 : 0,
            Ended = ended,
            LastEnd = ended,
            SpawnError = expected ? null : $"Bad exit code {ended.ExitCode}",
        };
        return CrashLoop.Say(counted, config, now, actions);
    }

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
        if (now.Monotonic < status.KillAt) // if not, SIGKILL is about to follow
            Kill(status, config, config.StopSignal, config.StopAsGroup, actions);
        return status;
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

    private static ProcessStatus CannotSignal(in ProcessStatus status, string reason, Moment now, List<ProcessAction> actions)
    {
        actions.Add(new ProcessAction.Log(LogLevel.Critical, reason));
        if (status.Pid == 0)
            return status;
        if (status.State != Unknown)
            Tell(status, Unknown, actions);
        return status with { State = Unknown, Since = now.Monotonic, SpawnError = reason };
    }

    /// <summary>Each entry of a state is told exactly once (E-029).</summary>
    private static void Tell(in ProcessStatus from, ProcessState to, List<ProcessAction> actions, int tries = 0, bool expected = false) =>
        actions.Add(new ProcessAction.Tell(from.State, to, from.Pid, tries, expected));

    private static TimeSpan Earlier(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
