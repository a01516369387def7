using System.Globalization;
using Init.Config;
using Init.Supervision;
using Xunit;

namespace Init.Unit.Supervision;

public class CronRunsTests
{
    private static DateTimeOffset At(string time) => DateTimeOffset.Parse($"2026-11-21T{time}Z", CultureInfo.InvariantCulture);

    private static CronRuns Runs(string line, string now) => new(CronReader.Read(line), _ => TimeSpan.Zero, At(now));

    [Fact]
    public void It_is_time_once_for_each_time_of_the_line()
    {
        var runs = Runs("*/5 * * * *", "12:00:00");
        Assert.Equal(At("12:05"), runs.Due); // not 12:00, which is when it came
        Assert.False(runs.IsTime(At("12:04:59.9")));
        Assert.True(runs.IsTime(At("12:05:00.1")));
        Assert.False(runs.IsTime(At("12:05:00.2")));
        Assert.Equal(At("12:10"), runs.Due);
    }

    [Fact]
    public void What_was_missed_for_a_while_is_made_up_for_once()
    {
        var runs = Runs("*/5 * * * *", "12:00:00");
        Assert.True(runs.IsTime(At("12:52:00")));
        Assert.Equal(At("12:55"), runs.Due);
        Assert.False(runs.IsTime(At("12:52:01")));
    }

    [Fact]
    public void After_a_long_jump_nothing_is_made_up_for()
    {
        var runs = Runs("*/5 * * * *", "12:00:00");
        Assert.False(runs.IsTime(At("14:02:00")));
        Assert.Equal(At("14:05"), runs.Due);
        Assert.True(runs.IsTime(At("14:05:00")));
    }

    [Fact]
    public void A_clock_put_back_a_little_repeats_nothing()
    {
        var runs = Runs("*/5 * * * *", "12:00:00");
        Assert.True(runs.IsTime(At("12:05:00")));
        Assert.False(runs.IsTime(At("12:04:58")));
        Assert.Equal(At("12:10"), runs.Due);
        Assert.False(runs.IsTime(At("12:05:00"))); // it comes there again
        Assert.False(runs.IsTime(At("11:05:00"))); // the whole hour
        Assert.Equal(At("12:10"), runs.Due);
        Assert.True(runs.IsTime(At("12:10:00")));
    }

    [Fact]
    public void A_clock_put_back_far_counts_as_it_shows()
    {
        var runs = Runs("*/5 * * * *", "12:00:00");
        Assert.True(runs.IsTime(At("12:05:00")));
        Assert.False(runs.IsTime(At("10:31:00")));
        Assert.Equal(At("10:35"), runs.Due);
        Assert.True(runs.IsTime(At("10:35:00")));
    }

    [Fact]
    public void What_has_not_run_yet_does_when_the_clock_is_put_back_before_it()
    {
        var runs = Runs("45 * * * *", "12:50:00");
        Assert.False(runs.IsTime(At("12:40:00")));
        Assert.Equal(At("12:45"), runs.Due);
    }

    [Theory]
    [InlineData(100, 90, 99, 100)]
    [InlineData(100, 90, 100, 190)]
    [InlineData(100, 90, 101, 190)] // late, without drift
    [InlineData(100, 90, 189, 190)]
    [InlineData(100, 90, 190, 280)]
    [InlineData(100, 90, 100_000, 100_000 + 90 - 99_900 % 90)] // asleep meanwhile: what was missed is left out
    public void A_period_goes_on_from_its_last_due_time(int due, int period, int now, int next) => Assert.Equal(
        TimeSpan.FromSeconds(next), Schedules.NextDue(TimeSpan.FromSeconds(due), TimeSpan.FromSeconds(period), TimeSpan.FromSeconds(now)));
}
