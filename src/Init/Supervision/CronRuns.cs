using Init.Config;

namespace Init.Supervision;

/// <summary>
/// The runs of one program by a wall clock that may be set. One that is late by an hour at most, because the clock was put forward or the
/// machine slept, is made up for, once; after a longer jump the clock counts as corrected, and nothing is. What has run is not repeated
/// when the clock is put back by an hour at most; after more than that its new time counts.
/// </summary>
internal sealed class CronRuns
{
    private static readonly TimeSpan _tolerance = TimeSpan.FromHours(1);

    private readonly CronLine _line;
    private readonly Func<DateTimeOffset, TimeSpan> _offset;
    private DateTimeOffset _seen; // all up to then has been run, or passed over

    /// <param name="offset">Of its time zone.</param>
    internal CronRuns(CronLine line, Func<DateTimeOffset, TimeSpan> offset, DateTimeOffset now)
    {
        (_line, _offset) = (line, offset);
        Due = Next(now);
    }

    /// <summary>The next run.</summary>
    internal DateTimeOffset Due { get; private set; }

    /// <summary>Looks at the clock; returns whether it is time for a run.</summary>
    internal bool IsTime(DateTimeOffset now)
    {
        var late = now - Due;
        if (late >= TimeSpan.Zero)
            _seen = now;
        Due = Next(_seen > now && _seen - now <= _tolerance ? _seen : now);
        return late >= TimeSpan.Zero && late <= _tolerance;
    }

    private DateTimeOffset Next(DateTimeOffset after) => _line.Next(after, _offset) ?? DateTimeOffset.MaxValue;
}
