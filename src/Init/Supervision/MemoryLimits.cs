using System.Globalization;
using Init.Config;
using Init.Loop;
using Init.Os;
using Init.Output;
using Init.Processes;
using Init.States;

namespace Init.Supervision;

/// <summary>
/// memory_max: restarts a program whose processes use more. Outside of cgroups the kernel tells nobody of it, so it is looked at every few
/// seconds while such a program is RUNNING, on another thread. The sum of resident sizes is quick to have, but counts a page for each
/// process that shares it: only where that is too much, the slow and right size decides.
/// </summary>
internal sealed class MemoryLimits(EventLoop loop, ActivityLog activity, Dependencies dependencies)
{
    private static readonly TimeSpan _first = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _period = TimeSpan.FromSeconds(5);

    private readonly HashSet<Subprocess> _watched = [];
    private Alarm? _alarm;
    private TimeSpan _alarmAt;
    private bool _isLooking;

    internal void Entered(Subprocess process, ProcessState state)
    {
        if (state == ProcessState.Running && process.Config.Upkeep.MemoryMax is not null)
        {
            _watched.Add(process);
            SetAlarm(_first);
        }
        else
            Forget(process);
    }

    internal void Forget(Subprocess process)
    {
        if (_watched.Remove(process) && _watched.Count == 0)
            _alarm?.Cancel();
    }

    /// <summary>The trees that use more than they may, and how much.</summary>
    /// <param name="limits">By the pid of a tree's root, the bytes that it may use.</param>
    /// <param name="partOf">What a process holds of its own, see <see cref="ProcessMemory.PartOf"/>.</param>
    internal static Dictionary<int, long> Excessive(Dictionary<int, long> limits, IReadOnlyList<ProcessStat> processes, Func<int, long> partOf)
    {
        var excessive = new Dictionary<int, long>();
        foreach (var (pid, sum) in ProcessResources.Trees(limits.Keys, processes))
        {
            if (sum.ResidentBytes <= limits[pid])
                continue;
            var bytes = 0L;
            foreach (var member in ProcessMemory.Members(pid, processes))
                bytes += partOf(member);
            if (bytes > limits[pid])
                excessive[pid] = bytes;
        }
        return excessive;
    }

    /// <summary>`1.5 GB`, `212 MB`</summary>
    internal static string Size(double bytes) => bytes switch
    {
        >= 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1L << 30):0.##} GB"),
        >= 1L << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1L << 20):0.#} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1L << 10):0.#} KB"),
    };

    /// <summary>As a configuration has it: `200MB`</summary>
    internal static string Limit(long bytes)
    {
        var (number, unit) = (bytes % (1 << 30), bytes % (1 << 20), bytes % (1 << 10)) switch
        {
            (0, _, _) => (bytes >> 30, "GB"),
            (_, 0, _) => (bytes >> 20, "MB"),
            (_, _, 0) => (bytes >> 10, "KB"),
            _ => (bytes, ""),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{number}{unit}");
    }

    private void SetAlarm(TimeSpan after)
    {
        var at = Clock.Now + after;
        // It is set again after a look; and it never moves away, or programs that come often would keep it from ever ringing.
        if (_isLooking || (_alarm is { IsSet: true } && _alarmAt <= at))
            return;
        _alarm?.Cancel();
        _alarmAt = at;
        _alarm = loop.Alarms.Set(at, Look);
    }

    private void Look()
    {
        var limits = new Dictionary<int, long>();
        foreach (var process in _watched)
            limits[process.Status.Pid] = process.Config.Upkeep.MemoryMax!.Value;
        try
        {
            WorkerThreads.Make();
            BeginLook(limits);
        }
        catch (OutOfMemoryException)
        {
            SetAlarm(_period); // there is no thread to be had
        }
    }

    private void BeginLook(Dictionary<int, long> limits)
    {
        ThreadPool.UnsafeQueueUserWorkItem(_ =>
        {
            Dictionary<int, long> excessive = [];
            Exception? defect = null;
            try
            {
                excessive = Excessive(limits, ProcessStat.All(), ProcessMemory.PartOf);
            }
            catch (Exception e)
            {
                defect = e; // thrown here it would be our end
            }
            loop.Post(() =>
            {
                if (defect is not null)
                    activity.Log(LogLevel.Critical, "unexpected exception while looking at memory: ", defect);
                Judge(excessive);
            });
        }, null);
        _isLooking = true;
    }

    private void Judge(Dictionary<int, long> excessive)
    {
        _isLooking = false;
        foreach (var process in _watched.ToArray()) // a pid is still the one's that was looked at, or is not reaped yet
            if (excessive.TryGetValue(process.Status.Pid, out var bytes))
            {
                var reason = $"its processes use {Size(bytes)}, more than memory_max={Limit(process.Config.Upkeep.MemoryMax!.Value)}";
                activity.Log(LogLevel.Warn, $"restarting {process.Namespec}: {reason}");
                dependencies.Restart(process, reason);
            }
        if (_watched.Count > 0)
            SetAlarm(_period);
    }
}
