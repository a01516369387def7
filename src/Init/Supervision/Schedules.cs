using Init.Config;
using Init.Loop;
using Init.Os;
using Init.Output;
using Init.Processes;

namespace Init.Supervision;

/// <summary>Starts programs at the times of their schedules. One that still runs then is left alone, and starts at its next time.</summary>
internal sealed class Schedules(EventLoop loop, ActivityLog activity, Dependencies dependencies) : IDisposable
{
    private static readonly TimeSpan _minute = TimeSpan.FromMinutes(1);

    private readonly Dictionary<Subprocess, CronRuns> _byClock = [];
    private readonly Dictionary<Subprocess, Alarm> _periodic = [];
    private WallAlarm? _clock;
    private Alarm? _instead; // of the above, where the kernel has none left for us

    internal void Add(Subprocess process)
    {
        switch (process.Config.Upkeep.Schedule)
        {
            case Schedule.Every every:
                Plan(process, every.Period, Clock.Now + every.Period);
                break;
            case Schedule.Cron cron:
                var runs = new CronRuns(cron.Line, TimeZones.OffsetOf(cron.Zone), Clock.WallClock);
                _byClock[process] = runs;
                process.NextRun = runs.Due;
                SetClock();
                break;
        }
    }

    internal void Remove(Subprocess process)
    {
        if (_periodic.Remove(process, out var alarm))
            alarm.Cancel();
        _byClock.Remove(process);
        process.NextRun = null;
        if (_byClock.Count > 0)
            return;
        _instead?.Cancel();
        _clock?.Dispose(); // it would wake us whenever the clock is set
        _clock = null;
    }

    /// <summary>The due time after one that has come, without drift; what has been missed meanwhile is left out.</summary>
    internal static TimeSpan NextDue(TimeSpan due, TimeSpan period, TimeSpan now) =>
        now < due ? due : due + period * (Math.Floor((now - due) / period) + 1);

    private void Plan(Subprocess process, TimeSpan period, TimeSpan due)
    {
        process.NextRun = Clock.WallClock + (due - Clock.Now);
        _periodic[process] = loop.Alarms.Set(due, () =>
        {
            Plan(process, period, NextDue(due, period, Clock.Now));
            Run(process);
        });
    }

    private void LookAtClock()
    {
        var now = Clock.WallClock;
        var due = new List<Subprocess>();
        foreach (var (process, runs) in _byClock)
        {
            if (runs.IsTime(now))
                due.Add(process);
            process.NextRun = runs.Due;
        }
        SetClock();
        // A start that fails with an exception must not end our watch of the clock.
        foreach (var process in due.OrderBy(process => process.Config.Priority))
            loop.Post(() =>
            {
                if (_byClock.ContainsKey(process))
                    Run(process);
            });
    }

    private void SetClock()
    {
        var first = DateTimeOffset.MaxValue;
        foreach (var runs in _byClock.Values)
            if (runs.Due < first)
                first = runs.Due;
        try
        {
            (_clock ??= new WallAlarm(loop, LookAtClock)).Set(first);
        }
        catch (SyscallException)
        {
            var left = first - Clock.WallClock;
            _instead?.Cancel();
            _instead = loop.Alarms.Set(Clock.Now + (left < _minute ? left : _minute), LookAtClock);
        }
    }

    private void Run(Subprocess process)
    {
        if (process.IsStopped && process.WaitsFor is null)
            dependencies.Start(process, "by its schedule");
        else
            activity.Log(LogLevel.Info,
                $"skipped a run of {process.Namespec}: the one before {(process.WaitsFor is { } need ? $"waits for {need}" : "is not over")} (schedule)");
    }

    public void Dispose() => _clock?.Dispose();
}
