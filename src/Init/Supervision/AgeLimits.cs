using Init.Config;
using Init.Loop;
using Init.Os;
using Init.Output;
using Init.Processes;
using Init.States;

namespace Init.Supervision;

/// <summary>max_age: restarts a program after it has been RUNNING for a time, which is drawn anew for each run.</summary>
internal sealed class AgeLimits(EventLoop loop, ActivityLog activity, Dependencies dependencies)
{
    private readonly Dictionary<Subprocess, Alarm> _alarms = [];

    internal void Entered(Subprocess process, ProcessState state)
    {
        Forget(process);
        if (state == ProcessState.Running && process.Config.Upkeep.MaxAge is { } age)
            _alarms[process] = loop.Alarms.Set(Clock.Now + Draw(age, Random.Shared.NextDouble()), () => Restart(process));
    }

    internal void Forget(Subprocess process)
    {
        if (_alarms.Remove(process, out var alarm))
            alarm.Cancel();
    }

    /// <param name="share">From 0 to 1.</param>
    internal static TimeSpan Draw(DurationRange range, double share) => range.Min + (range.Max - range.Min) * share;

    private void Restart(Subprocess process)
    {
        var reason = $"it is {Durations.Describe(Clock.Now - process.Status.Since)} old (max_age)";
        activity.Log(LogLevel.Info, $"restarting {process.Namespec}: {reason}");
        dependencies.Restart(process, reason);
    }
}
