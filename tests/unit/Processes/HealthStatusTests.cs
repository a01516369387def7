using Init.Config;
using Init.Processes;
using Xunit;

namespace Init.Unit.Processes;

/// <summary>When a program is asked and what that makes of it, by a clock that only the test moves.</summary>
public sealed class HealthStatusTests
{
    private TimeSpan _now = TimeSpan.FromHours(1);
    private HealthcheckConfig _config = new(new Probe.File("/x"), 30, 5, 3, 0, OnUnhealthy.None);
    private HealthStatus _status;
    private TimeSpan _began;

    private HealthStatusTests Begin(int interval = 30, int retries = 3, int startPeriod = 0)
    {
        _config = _config with { Interval = interval, Retries = retries, StartPeriod = startPeriod };
        _began = _now;
        _status = HealthStatus.Begin(_config, _now);
        return this;
    }

    /// <summary>The next question is asked when it is due, and answered so many seconds later.</summary>
    private Health Answer(bool passes, double took = 0)
    {
        _now = _status.NextAsk;
        var asked = _now;
        _now += TimeSpan.FromSeconds(took);
        _status = passes ? HealthStatus.Passed(_config, _now) : _status.Failed(_config, asked, _now);
        return _status.Health;
    }

    private void CannotAsk()
    {
        _now = _status.NextAsk;
        _status = _status.Unasked(_config, _now);
    }

    private double Elapsed => (_now - _began).TotalSeconds;

    private double NextIn => (_status.NextAsk - _now).TotalSeconds;

    [Fact]
    public void It_is_starting_until_it_has_passed()
    {
        Begin();
        Assert.Equal((Health.Starting, 0), (_status.Health, NextIn)); // asked at once
        Assert.Equal(Health.Starting, Answer(false));
        Assert.Equal(Health.Healthy, Answer(true));
        Assert.Equal(0.25, Elapsed);
    }

    [Fact]
    public void What_could_not_be_asked_is_neither_a_failure_nor_a_success_and_is_asked_again()
    {
        Begin(interval: 10, retries: 2);
        Answer(true);
        Answer(false);
        for (var n = 0; n < 5; n++)
        {
            CannotAsk();
            Assert.Equal((Health.Healthy, 1, 10), (_status.Health, _status.Failures, NextIn));
        }
        Assert.Equal(Health.Unhealthy, Answer(false)); // it was one of two before
        CannotAsk();
        Assert.Equal(Health.Unhealthy, _status.Health);
    }

    [Fact]
    public void What_could_not_be_asked_until_it_has_passed_is_asked_soon()
    {
        Begin(interval: 2, retries: 1);
        var asked = new List<double>();
        for (var n = 0; n < 6; n++)
        {
            CannotAsk();
            asked.Add(Elapsed);
        }
        Assert.Equal([0, 0.25, 0.75, 1.75, 3.75, 5.75], asked);
        Assert.Equal(Health.Starting, _status.Health);
        Assert.Equal(Health.Unhealthy, Answer(false));
    }

    [Fact]
    public void Until_it_has_passed_it_is_asked_sooner_each_time_after_twice_the_pause()
    {
        Begin();
        var asked = new List<double>();
        for (var n = 0; n < 10; n++)
        {
            Answer(false);
            asked.Add(Elapsed);
        }
        // At 30 s is the first that counts, so it is not put off; from there on they are an interval apart.
        Assert.Equal([0, 0.25, 0.75, 1.75, 3.75, 7.75, 15.75, 30, 60, 90], asked);
    }

    [Fact] // Docker: interval after the start, then interval after each answer, three in a row
    public void It_is_unhealthy_when_Docker_says_so()
    {
        Begin();
        while (Answer(false) == Health.Starting)
            Assert.True(Elapsed < 90);
        Assert.Equal((Health.Unhealthy, 90, 3), (_status.Health, Elapsed, _status.Failures));
    }

    [Fact]
    public void The_interval_is_from_the_end_of_an_answer_to_the_next_question()
    {
        Begin();
        Answer(true, took: 4);
        Assert.Equal(30, NextIn);
        Answer(false, took: 5);
        Assert.Equal(30, NextIn);
        Begin(interval: 10, retries: 2);
        while (_status.Failures == 0)
            Answer(false, took: 5);
        var first = Elapsed;
        while (_status.Failures == 1)
            Answer(false, took: 5);
        Assert.InRange(Elapsed - first, 15, 20.25); // one that does not count may be under way when the next that does is due
        Begin(interval: 10);
        Answer(true);
        Answer(false, took: 5);
        first = Elapsed;
        Answer(false, took: 5);
        Assert.Equal(15, Elapsed - first);
    }

    [Fact]
    public void In_the_start_period_failures_do_not_count()
    {
        Begin(interval: 10, retries: 1, startPeriod: 60);
        while (Answer(false) == Health.Starting)
            Assert.True(Elapsed < 60);
        Assert.Equal((Health.Unhealthy, 60), (_status.Health, Elapsed));
    }

    [Fact] // Docker: "if a health check succeeds during the start period, the container is considered started"
    public void The_first_success_ends_the_start_period()
    {
        Begin(interval: 10, retries: 2, startPeriod: 600);
        Answer(false);
        Answer(true);
        Answer(false);
        Assert.Equal(Health.Healthy, _status.Health);
        Assert.Equal(Health.Unhealthy, Answer(false));
        Assert.True(Elapsed < 30);
    }

    [Fact]
    public void A_question_of_the_start_period_does_not_count_however_late_its_answer()
    {
        Begin(interval: 1, retries: 1, startPeriod: 10);
        while (_status.NextAsk < _began + TimeSpan.FromSeconds(9))
            Answer(false);
        Answer(false, took: 5);
        Assert.True(Elapsed > 10);
        Assert.Equal((Health.Starting, 0), (_status.Health, _status.Failures));
        Assert.Equal(Health.Unhealthy, Answer(false));
    }

    [Fact]
    public void Only_failures_in_a_row_count()
    {
        Begin();
        Answer(true);
        for (var n = 0; n < 5; n++)
        {
            Answer(false);
            Assert.Equal(Health.Healthy, Answer(false));
            Answer(true);
        }
        Answer(false);
        Answer(false);
        Assert.Equal(Health.Unhealthy, Answer(false));
    }

    [Fact]
    public void One_that_passes_again_is_healthy_again_at_once()
    {
        Begin(retries: 1);
        Answer(true);
        Assert.Equal(Health.Unhealthy, Answer(false));
        Assert.Equal(Health.Unhealthy, Answer(false));
        Assert.Equal(Health.Healthy, Answer(true));
        Assert.Equal(0, _status.Failures);
    }

    [Fact]
    public void A_short_interval_is_never_less_than_asked_for_once_it_has_passed()
    {
        Begin(interval: 1, retries: 1);
        for (var n = 0; n < 5; n++)
        {
            Answer(true);
            Assert.Equal(1, NextIn);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    [InlineData(2_000_000)]
    public void It_is_never_asked_without_a_pause(int interval)
    {
        var random = new Random(interval);
        Begin(interval, startPeriod: interval * 3);
        for (var n = 0; n < 1000; n++)
        {
            Answer(n > 20 && random.Next(3) == 0, random.Next(6));
            Assert.InRange(NextIn, 0.001, interval);
        }
    }

    [Fact]
    public void A_thousand_that_come_together_are_asked_one_after_the_other()
    {
        var pace = new Pace();
        var turns = Enumerable.Range(0, 1000).Select(_ => pace.MustWait(_now) ?? _now).ToList();
        Assert.Equal(_now, turns[0]);
        Assert.All(turns.Zip(turns.Skip(1)), pair => Assert.Equal(TimeSpan.FromMilliseconds(5), pair.Second - pair.First));
        Assert.Null(pace.MustWait(_now + TimeSpan.FromSeconds(6)));
        Assert.NotNull(pace.MustWait(_now + TimeSpan.FromSeconds(6)));
    }
}
