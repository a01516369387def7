using System.Globalization;

namespace Init.Output;

/// <summary>ISO 8601 with milliseconds and the local offset: `2026-11-21T02:32:10.394Z`, `2026-11-21T03:32:10.394+01:00`.</summary>
internal static class IsoTime
{
    internal const int MaxLength = 32;

    /// <summary>Returns the number of bytes.</summary>
    internal static int Write(Span<byte> to, DateTimeOffset time)
    {
        var format = time.Offset == TimeSpan.Zero ? "yyyy-MM-dd'T'HH:mm:ss.fff'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fffzzz";
        _ = time.TryFormat(to, out var length, format, CultureInfo.InvariantCulture);
        return length;
    }
}
