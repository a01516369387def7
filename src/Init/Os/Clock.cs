using System.Diagnostics;
using static Init.Native.Libc;

namespace Init.Os;

/// <summary>
/// Two clocks: a monotonic one for every deadline, counted from a fixed unknown moment, and the wall clock for what people see.
/// <para>Once a thread has begun to keep it, the first counts only the time in which that thread ran or waited as it meant to. Time that a
/// frozen cgroup (docker pause), a stopped process or a starved machine takes moves every deadline by as much.</para>
/// </summary>
internal static class Clock
{
    [ThreadStatic]
    private static Presence? _presence;

    private static long _absent; // in ticks

    internal static TimeSpan Now
    {
        get
        {
            var now = Stopwatch.GetElapsedTime(0) - TimeSpan.FromTicks(Volatile.Read(ref _absent));
            if (_presence?.AbsentUntil(now) is { Ticks: > 0 } absence)
            {
                Interlocked.Add(ref _absent, absence.Ticks);
                now -= absence;
            }
            return now;
        }
    }

    internal static DateTimeOffset WallClock => TimeProvider.System.GetUtcNow();

    /// <summary>From now on each look of the calling thread at the clock shows that it runs. One thread does that: the loop's.</summary>
    internal static void Keep() => _presence = new Presence(Now);

    /// <summary>The calling thread is about to wait for so long at most; null for without end.</summary>
    internal static void Rest(TimeSpan? time) => _presence?.Rest(time);

    /// <summary>Does nothing for less than a second; the kernel may add some 50 microseconds.</summary>
    internal static unsafe void Nap(TimeSpan time)
    {
        Rest(time);
        var request = new timespec { tv_nsec = (nint)(time.Ticks * TimeSpan.NanosecondsPerTick) };
        _ = nanosleep(&request, null);
    }
}
