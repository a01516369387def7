using Init.Config;

namespace Init.Processes;

/// <summary>
/// What the answers to a healthcheck make of a program: (status, answer, configuration, now) -> status. It decides and does nothing else.
/// <para>
/// Failures count as Docker counts them: at most one for each interval, the first an interval after RUNNING, none in the start period, and
/// `retries` of them in a row are needed. But Docker also asks no sooner than that. Here it is asked at once and then again and again, each
/// time after twice the pause, until it has passed for the first time; these questions can only make it healthy sooner.
/// </para>
/// </summary>
internal readonly record struct HealthStatus
{
    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(250);

    public Health Health { get; private init; }

    /// <summary>When to ask next, on the monotonic clock.</summary>
    public TimeSpan NextAsk { get; private init; }

    /// <summary>Those that count, in a row.</summary>
    public int Failures { get; private init; }

    /// <summary>It has passed since it is RUNNING.</summary>
    private bool HasPassed { get; init; }

    /// <summary>Until it has passed: a question asked before this moment does not count.</summary>
    private TimeSpan CountsFrom { get; init; }

    private TimeSpan Pause { get; init; }

    /// <summary>Of a program that is RUNNING from now on.</summary>
    internal static HealthStatus Begin(HealthcheckConfig config, TimeSpan now) => new()
    {
        Health = Health.Starting,
        NextAsk = now,
        CountsFrom = now + TimeSpan.FromSeconds(Math.Max(config.Interval, config.StartPeriod)),
        Pause = _firstPause,
    };

    /// <summary>What was before does not matter then.</summary>
    internal static HealthStatus Passed(HealthcheckConfig config, TimeSpan now) => new()
    {
        Health = Health.Healthy,
        NextAsk = now + TimeSpan.FromSeconds(config.Interval),
        HasPassed = true,
    };

    /// <summary>It could not be asked: what is known of it stays as it is.</summary>
    internal HealthStatus Unasked(HealthcheckConfig config, TimeSpan now)
    {
        var interval = TimeSpan.FromSeconds(config.Interval);
        return this with { NextAsk = now + (HasPassed ? interval : Pause), Pause = Longer(interval) };
    }

    /// <param name="asked">When that question was.</param>
    internal HealthStatus Failed(HealthcheckConfig config, TimeSpan asked, TimeSpan now)
    {
        var interval = TimeSpan.FromSeconds(config.Interval);
        var counts = HasPassed || asked >= CountsFrom;
        var failures = counts ? Failures + 1 : Failures;
        var countsFrom = counts ? now + interval : CountsFrom;
        var next = now + (HasPassed ? interval : Pause);
        // The one that counts is not asked too late because of those that do not.
        if (!HasPassed && countsFrom < next)
            next = countsFrom > now ? countsFrom : now + _firstPause;
        return this with
        {
            Health = failures >= config.Retries ? Health.Unhealthy : Health,
            Failures = failures,
            CountsFrom = countsFrom,
            NextAsk = next,
            Pause = Longer(interval),
        };
    }

    private TimeSpan Longer(TimeSpan interval) => Pause * 2 < interval ? Pause * 2 : interval;
}
