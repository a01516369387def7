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
internal static partial class ProcessMachine
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
            (Starting, Extend) => status with { ReadyBy = Later(status.ReadyBy, now.Monotonic + input.Within!.Value) },
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
            (Stopping, Extend) when status is { IsKilled: false, IsLimited: false } => status with { KillAt = Later(status.KillAt, now.Monotonic + input.Within!.Value) },
            (Stopping, DeadlinePassed) => KillAfterWait(status, config, now, actions),
            (Stopping, Reaped) when status.FailedStart is { } reason => FailedToStart(status, reason, input.Ended, config, now, actions),
            (Stopping or Unknown, Reaped) => HasStopped(status, input.Ended, config, now, actions),
            (Stopping, StopCommandFailed) => SignalInstead(status, input.Text!, config, now, actions),
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
            (_, StopCommandFailed) => status, // it has ended nevertheless

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
