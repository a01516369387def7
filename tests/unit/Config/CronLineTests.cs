using System.Globalization;
using Init.Config;
using Init.Os;
using Xunit;

namespace Init.Unit.Config;

public class CronLineTests
{
    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text + "Z", CultureInfo.InvariantCulture);

    /// <summary>The next times after one, in UTC.</summary>
    private static string Next(string line, string after, int count, string? zone = null)
    {
        var cron = CronReader.Read(line);
        var offset = zone is null ? _ => TimeSpan.Zero : TimeZones.OffsetOf(zone);
        var (times, time) = (new List<string>(), Time(after));
        for (var i = 0; i < count && cron.Next(time, offset) is { } next; i++)
        {
            times.Add(next.UtcDateTime.ToString("MM-dd HH:mm", CultureInfo.InvariantCulture));
            time = next;
        }
        return string.Join(", ", times);
    }

    [Theory] // from a Saturday on
    [InlineData("* * * * *", "11-21 12:01, 11-21 12:02, 11-21 12:03")]
    [InlineData("*/5 * * * *", "11-21 12:05, 11-21 12:10, 11-21 12:15")]
    [InlineData("*/25 * * * *", "11-21 12:25, 11-21 12:50, 11-21 13:00")] // a step starts anew each hour
    [InlineData("1-10/3 * * * *", "11-21 12:01, 11-21 12:04, 11-21 12:07")]
    [InlineData("50/5 * * * *", "11-21 12:50, 11-21 12:55, 11-21 13:50")]
    [InlineData("5,50-51,7 * * * *", "11-21 12:05, 11-21 12:07, 11-21 12:50")]
    [InlineData("0 12 * * *", "11-22 12:00, 11-23 12:00, 11-24 12:00")] // 12:00 of today is over
    [InlineData("30 2-4/2,23 * * *", "11-21 23:30, 11-22 02:30, 11-22 04:30")]
    [InlineData("0 0 1 * *", "12-01 00:00, 01-01 00:00, 02-01 00:00")]
    [InlineData("0 0 31 * *", "12-31 00:00, 01-31 00:00, 03-31 00:00")]
    [InlineData("0 0 29 2 *", "02-29 00:00, 02-29 00:00, 02-29 00:00")]
    [InlineData("0 0 1 jan,JUL *", "01-01 00:00, 07-01 00:00, 01-01 00:00")]
    [InlineData("0 0 * * 0", "11-22 00:00, 11-29 00:00, 12-06 00:00")]
    [InlineData("0 0 * * 7", "11-22 00:00, 11-29 00:00, 12-06 00:00")]
    [InlineData("0 0 * * 5-7", "11-22 00:00, 11-27 00:00, 11-28 00:00")]
    [InlineData("0 0 * * Mon-Fri", "11-23 00:00, 11-24 00:00, 11-25 00:00")]
    [InlineData("0 0 * * sat", "11-28 00:00, 12-05 00:00, 12-12 00:00")]
    [InlineData("  0\t0 * *  sun ", "11-22 00:00, 11-29 00:00, 12-06 00:00")]
    [InlineData("@hourly", "11-21 13:00, 11-21 14:00, 11-21 15:00")]
    [InlineData("@daily", "11-22 00:00, 11-23 00:00, 11-24 00:00")]
    [InlineData("@Midnight", "11-22 00:00, 11-23 00:00, 11-24 00:00")]
    [InlineData("@weekly", "11-22 00:00, 11-29 00:00, 12-06 00:00")]
    [InlineData("@monthly", "12-01 00:00, 01-01 00:00, 02-01 00:00")]
    [InlineData("@yearly", "01-01 00:00, 01-01 00:00, 01-01 00:00")]
    [InlineData("@annually", "01-01 00:00, 01-01 00:00, 01-01 00:00")]
    public void A_line_means_what_cron_makes_of_it(string line, string times) => Assert.Equal(times, Next(line, "2026-11-21T12:00:30", 3));

    [Theory] // either will do when both are restricted; `*` at the beginning is no restriction, whatever follows, and then both must hold
    [InlineData("0 0 13 * fri", "11-27 00:00, 12-04 00:00, 12-11 00:00, 12-13 00:00")]
    [InlineData("0 0 1-31 * fri", "11-22 00:00, 11-23 00:00, 11-24 00:00, 11-25 00:00")]
    [InlineData("0 0 13 * *", "12-13 00:00, 01-13 00:00, 02-13 00:00, 03-13 00:00")]
    [InlineData("0 0 * * fri", "11-27 00:00, 12-04 00:00, 12-11 00:00, 12-18 00:00")]
    [InlineData("0 0 */2 * fri", "11-27 00:00, 12-11 00:00, 12-25 00:00, 01-01 00:00")] // Fridays of odd dates
    [InlineData("0 0 13 * */2", "12-13 00:00, 02-13 00:00, 03-13 00:00, 04-13 00:00")] // a 13th on sun, tue, thu or sat
    public void Two_restrictions_of_the_day_are_joined_as_vixie_joins_them(string line, string times) =>
        Assert.Equal(times, Next(line, "2026-11-21T12:00:30", 4));

    [Theory] // Berlin: 2:00 to 3:00 does not exist on 03-29 (01:00 UTC), and comes twice on 10-25 (00:00 to 02:00 UTC)
    [InlineData("30 2 * * *", "03-28", "03-28 01:30, 03-29 01:00, 03-30 00:30")] // right after the gap
    [InlineData("0,15,30 2 * * *", "03-28T03:00", "03-29 01:00, 03-30 00:00, 03-30 00:15")] // once
    [InlineData("0 2 * * *", "03-29", "03-29 01:00, 03-30 00:00, 03-31 00:00")]
    [InlineData("0 3 * * *", "03-29", "03-29 01:00, 03-30 01:00, 03-31 01:00")]
    [InlineData("30 2,3 * * *", "03-29", "03-29 01:00, 03-29 01:30, 03-30 00:30")]
    [InlineData("30 * * * *", "03-29", "03-29 00:30, 03-29 01:30, 03-29 02:30")] // every hour stays every hour
    [InlineData("*/30 * * * *", "03-29T00:10", "03-29 00:30, 03-29 01:00, 03-29 01:30")]
    [InlineData("30 2 * * *", "10-24", "10-24 00:30, 10-25 00:30, 10-26 01:30")] // the first time only
    [InlineData("0 3 * * *", "10-25", "10-25 02:00, 10-26 02:00, 10-27 02:00")]
    [InlineData("59 2 * * *", "10-25", "10-25 00:59, 10-26 01:59, 10-27 01:59")]
    [InlineData("30 2 * * *", "10-25T00:45", "10-26 01:30, 10-27 01:30, 10-28 01:30")] // asked in between the two
    [InlineData("30 * * * *", "10-25", "10-25 00:30, 10-25 01:30, 10-25 02:30")]
    [InlineData("0 12 1 1,7 *", "01-02", "07-01 10:00, 01-01 11:00, 07-01 10:00")]
    public void In_Berlin_what_clocks_leave_out_runs_right_after_and_what_they_show_twice_runs_once(string line, string after, string times) =>
        Assert.Equal(times, Next(line, $"2026-{(after.Contains('T') ? after : after + "T00:00")}", 3, "Europe/Berlin"));

    [Theory] // New York: the gap is on 03-08 at 07:00 UTC, 1:00 to 2:00 comes twice on 11-01 (05:00 to 07:00 UTC)
    [InlineData("30 2 * * *", "03-08", "03-08 07:00, 03-09 06:30, 03-10 06:30")]
    [InlineData("30 1 * * *", "11-01", "11-01 05:30, 11-02 06:30, 11-03 06:30")]
    [InlineData("30 */2 * * *", "11-01T04:00", "11-01 04:30, 11-01 07:30, 11-01 09:30")]
    [InlineData("0 9 * * 1-5", "10-30", "10-30 13:00, 11-02 14:00, 11-03 14:00")] // the same hour of the day in winter
    public void In_New_York_too(string line, string after, string times) =>
        Assert.Equal(times, Next(line, $"2026-{(after.Contains('T') ? after : after + "T00:00")}", 3, "America/New_York"));

    [Fact]
    public void An_offset_of_three_quarters_of_an_hour_is_one_as_others_are() =>
        Assert.Equal("11-21 18:15, 11-22 18:15", Next("0 0 * * *", "2026-11-21T12:00", 2, "Asia/Kathmandu"));

    [Theory]
    [InlineData("", "five fields are needed, or @every and a time: it has 0")]
    [InlineData("* * * *", "five fields are needed, or @every and a time: it has 4")]
    [InlineData("0 * * * * *", "five fields are needed, or @every and a time: it has 6")]
    [InlineData("@reboot", "five fields are needed, or @every and a time: it has 1")]
    [InlineData("60 * * * *", "'60' is no minute")]
    [InlineData("-1 * * * *", "'' is no minute")]
    [InlineData("* 24 * * *", "'24' is no hour")]
    [InlineData("* * 0 * *", "'0' is no day of month")]
    [InlineData("* * 32 * *", "'32' is no day of month")]
    [InlineData("* * * 13 *", "'13' is no month")]
    [InlineData("* * * june *", "'june' is no month")]
    [InlineData("* * * * 8", "'8' is no day of week")]
    [InlineData("* * * * jan", "'jan' is no day of week")]
    [InlineData("mon * * * *", "'mon' is no minute")]
    [InlineData("5-1 * * * *", "'5-1' is no minute")]
    [InlineData("1-2-3 * * * *", "'1-2-3' is no minute")]
    [InlineData("*/0 * * * *", "'*/0' is no minute")]
    [InlineData("*/ * * * *", "'' is no minute")]
    [InlineData("*/2/2 * * * *", "'*/2/2' is no minute")]
    [InlineData("1, * * * *", "'' is no minute")]
    [InlineData("99999999999 * * * *", "'99999999999' is no minute")]
    [InlineData("0 0 30 2 *", "there is no such day")]
    [InlineData("0 0 31 4,6,9,11 *", "there is no such day")]
    public void Anything_else_is_told(string line, string problem) =>
        Assert.Equal(problem, Assert.Throws<ConfigException>(() => CronReader.Read(line)).Message);
}
