using System.Diagnostics;

namespace Init.Os;

/// <summary>
/// Two clocks: a monotonic one for every deadline, counted from a fixed unknown moment, and the wall clock for what people see.
/// </summary>
internal static class Clock
{
    internal static TimeSpan Now => Stopwatch.GetElapsedTime(0);

    internal static DateTimeOffset WallClock => TimeProvider.System.GetUtcNow();
}
