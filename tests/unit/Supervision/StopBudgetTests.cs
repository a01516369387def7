using Init.Supervision;
using Xunit;

namespace Init.Unit.Supervision;

public class StopBudgetTests
{
    private static readonly TimeSpan _now = TimeSpan.FromHours(1);

    /// <summary>What the first step has of ten and a half seconds, of which half a second is kept for the end.</summary>
    private static double First(params double[] patiences) =>
        new StopBudget(_now + TimeSpan.FromSeconds(10.5)).For([.. patiences.Select(TimeSpan.FromSeconds)], _now).TotalSeconds;

    [Fact]
    public void What_fits_has_what_it_wants()
    {
        Assert.Equal(2, First(2, 3, 5));
        Assert.Equal(10, First(10));
    }

    [Fact]
    public void What_does_not_fit_shares_what_the_small_ones_leave()
    {
        Assert.Equal(5, First(10, 60));
        Assert.Equal(5, First(60, 10));
        Assert.Equal(2, First(2, 60));
        Assert.Equal(4, First(10, 2, 60));
        Assert.Equal(10, First(60));
        Assert.Equal(0, First(0, 60));
    }

    [Fact]
    public void When_the_time_is_up_nothing_is_waited_for() =>
        Assert.Equal(TimeSpan.Zero, new StopBudget(_now).For([TimeSpan.FromSeconds(5)], _now));

    [Theory]
    [InlineData(1)]
    [InlineData(20261121)]
    public void Whatever_they_want_all_together_keep_to_the_budget(int seed)
    {
        var random = new Random(seed);
        for (var n = 0; n < 1000; n++)
        {
            var patiences = Enumerable.Range(0, random.Next(1, 8)).Select(_ => TimeSpan.FromSeconds(random.Next(100))).ToArray();
            var budget = new StopBudget(_now + TimeSpan.FromSeconds(random.Next(1, 60)));
            var at = _now;
            for (var i = 0; i < patiences.Length; i++)
            {
                var time = budget.For(patiences.AsSpan(i), at);
                Assert.InRange(time, TimeSpan.Zero, patiences[i]);
                at += time * random.NextDouble(); // as a rule they need less, and the others have it
            }
            Assert.True(at <= budget.Until);
        }
    }
}
