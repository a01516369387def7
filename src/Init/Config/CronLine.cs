using System.Numerics;

namespace Init.Config;

/// <summary>
/// The times that five fields of cron mean, as Debian's cron has them. Each field is a set of bits. Where day of month and day of week are
/// both restricted, either will do; a field that begins with `*` counts as not restricted, also with a step behind it, and then both
/// have to hold.
/// <para>When clocks are put forward, what was to run in the time that is left out runs once right after it; when they are put back, what was
/// to run in the time that comes twice runs the first time only. A line whose minute or hour begins with `*` simply follows the clock
/// instead, so that what runs every hour goes on to.</para>
/// </summary>
internal sealed record CronLine
{
    /// <summary>A certain day of the week on a February 29 may be forty years from now.</summary>
    private static readonly TimeSpan _horizon = TimeSpan.FromDays(40 * 366);

    /// <summary>No zone puts its clocks back further, but for once in its life.</summary>
    private static readonly TimeSpan _longestRepeat = TimeSpan.FromHours(3);

    private static readonly TimeSpan _minute = TimeSpan.FromMinutes(1);

    public required ulong Minutes { get; init; }
    public required ulong Hours { get; init; }
    public required ulong Days { get; init; }
    public required ulong Months { get; init; }

    /// <summary>0 is Sunday.</summary>
    public required ulong Weekdays { get; init; }

    /// <summary>Day of month or day of week begins with `*`.</summary>
    public required bool IsAnyDay { get; init; }

    /// <summary>Minute or hour begins with `*`.</summary>
    public required bool FollowsClock { get; init; }

    /// <summary>The first time after a moment; null when there is none.</summary>
    /// <param name="offset">What the zone's clocks differ from UTC at a moment.</param>
    internal DateTimeOffset? Next(DateTimeOffset after, Func<DateTimeOffset, TimeSpan> offset)
    {
        var from = new DateTimeOffset(after.UtcTicks - after.UtcTicks % _minute.Ticks, TimeSpan.Zero) + _minute;
        for (var end = from + _horizon; from < end;)
        {
            // Between two changes of the clocks it is plain arithmetic.
            var here = offset(from);
            if (NextShown(from.UtcDateTime + here, end.UtcDateTime) is not { } shown)
                return null;
            var next = new DateTimeOffset(shown - here, TimeSpan.Zero);
            if (NextChange(from, next, here, offset) is not { } change)
            {
                if (FollowsClock || !IsRepeat(next, here, offset))
                    return next;
                from = next + _minute;
                continue;
            }
            if (!FollowsClock && shown < change.UtcDateTime + offset(change))
                return change;
            from = change;
        }
        return null;
    }

    /// <summary>The moment from which on the offset is another one, if that comes no later than `until`.</summary>
    private static DateTimeOffset? NextChange(DateTimeOffset from, DateTimeOffset until, TimeSpan here, Func<DateTimeOffset, TimeSpan> offset)
    {
        // No zone changes twice within a day.
        for (var last = from; last < until;)
        {
            var next = until - last > TimeSpan.FromDays(1) ? last + TimeSpan.FromDays(1) : until;
            if (offset(next) == here)
            {
                last = next;
                continue;
            }
            while (next - last > _minute)
            {
                var middle = last + (next - last) / 2;
                middle = middle.AddTicks(-(middle.UtcTicks % _minute.Ticks));
                if (middle <= last)
                    break;
                if (offset(middle) == here)
                    last = middle;
                else
                    next = middle;
            }
            return next;
        }
        return null;
    }

    /// <summary>Whether clocks have shown the same time before.</summary>
    private static bool IsRepeat(DateTimeOffset time, TimeSpan here, Func<DateTimeOffset, TimeSpan> offset)
    {
        var before = offset(time - _longestRepeat);
        return before > here && offset(time - (before - here)) == before;
    }

    /// <summary>The first time on a clock, itself included, before another.</summary>
    private DateTime? NextShown(DateTime from, DateTime until)
    {
        for (var day = from.Date; day < until; day = day.AddDays(1))
        {
            if (!MayBe(day))
                continue;
            var hours = Hours;
            var minutes = Minutes;
            if (day == from.Date)
            {
                hours &= ulong.MaxValue << from.Hour;
                if (Has(Hours, from.Hour) && (Minutes & ulong.MaxValue << from.Minute) is not 0 and var left)
                    (hours, minutes) = (1UL << from.Hour, left);
                else
                    hours &= ~(1UL << from.Hour);
            }
            if (hours != 0)
                return day.AddHours(BitOperations.TrailingZeroCount(hours)).AddMinutes(BitOperations.TrailingZeroCount(minutes));
        }
        return null;
    }

    private bool MayBe(DateTime day)
    {
        var (ofMonth, ofWeek) = (Has(Days, day.Day), Has(Weekdays, (int)day.DayOfWeek));
        return Has(Months, day.Month) && (IsAnyDay ? ofMonth && ofWeek : ofMonth || ofWeek);
    }

    private static bool Has(ulong set, int bit) => (set >> bit & 1) != 0;
}
