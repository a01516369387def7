using static Init.Native.Libc;

namespace Init.Os;

/// <summary>
/// Local time as the C library knows it (TZ, /etc/localtime). TimeZoneInfo would read the whole zone database into memory for it.
/// </summary>
internal static unsafe class LocalClock
{
    // No zone ever changes its offset but at a quarter of an hour of UTC.
    private const long Quarter = 15 * 60;

    // One reference, for several threads ask.
    private static Zone _zone = new(-1, TimeSpan.Zero);

    private sealed record Zone(long Quarter, TimeSpan Offset);

    internal static DateTimeOffset Now => ToLocal(Clock.WallClock);

    internal static DateTimeOffset ToLocal(DateTimeOffset time)
    {
        var seconds = time.ToUnixTimeSeconds();
        var zone = _zone;
        if (seconds / Quarter != zone.Quarter)
        {
            tm local;
            if (localtime_r(&seconds, &local) is null)
                return time;
            // DateTimeOffset takes whole minutes only; an offset with seconds is of the time before zones.
            _zone = zone = new Zone(seconds / Quarter, TimeSpan.FromMinutes(local.tm_gmtoff / 60));
        }
        return time.ToOffset(zone.Offset);
    }
}
