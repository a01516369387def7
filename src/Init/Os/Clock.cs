using System.Diagnostics;
using static Init.Native.Libc;

namespace Init.Os;

/// <summary>
/// Two clocks: a monotonic one for every deadline, counted from a fixed unknown moment, and the wall clock for what people see.
/// </summary>
internal static class Clock
{
    internal static TimeSpan Now => Stopwatch.GetElapsedTime(0);

    /// <summary>Does nothing for less than a second; the kernel may add some 50 microseconds.</summary>
    internal static unsafe void Nap(TimeSpan time)
    {
        var request = new timespec { tv_nsec = (nint)(time.Ticks * TimeSpan.NanosecondsPerTick) };
        _ = nanosleep(&request, null);
    }

    internal static DateTimeOffset WallClock => TimeProvider.System.GetUtcNow();
}
