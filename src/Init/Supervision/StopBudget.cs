namespace Init.Supervision;

/// <summary>
/// stop_budget: all steps of a stop share one span of time. Those that want little have it; the others share the rest evenly, for a long
/// stopwaitsecs says how long something may take at worst, and not how long it takes.
/// </summary>
/// <param name="until">When everything has to be over, on the monotonic clock.</param>
internal sealed class StopBudget(TimeSpan until)
{
    /// <summary>For the last kills, their reaping, and our own end.</summary>
    private static readonly TimeSpan _reserve = TimeSpan.FromMilliseconds(500);

    /// <summary>When everything has to be over.</summary>
    internal TimeSpan Until => until;

    /// <summary>When nothing may be waited for any more.</summary>
    internal TimeSpan LastKill => until - _reserve;

    /// <summary>How long the first of these steps may take, if it begins now. What it does not need is for those after it.</summary>
    internal TimeSpan For(ReadOnlySpan<TimeSpan> patiences, TimeSpan now)
    {
        var wanted = patiences.ToArray();
        var left = until - _reserve - now;
        if (left <= TimeSpan.Zero)
            return TimeSpan.Zero;
        var first = wanted[0];
        Array.Sort(wanted);
        for (var i = 0; i < wanted.Length; i++)
        {
            var share = left / (wanted.Length - i);
            if (wanted[i] > share)
                return first < share ? first : share;
            left -= wanted[i];
        }
        return first;
    }

    /// <summary>The line that says what will be stopped when: `stopping within 9 s: worker, web (2 s), then redis (3.5 s)`.</summary>
    internal string Describe(IReadOnlyList<StopStep> plan, TimeSpan now)
    {
        var times = Times(Patiences(plan), now);
        var steps = plan.Select((step, at) => Step(step.ToString(), times[at]));
        return FormattableString.Invariant($"stopping within {(until - now).TotalSeconds:0.#} s: {string.Join(", then ", steps)}");
    }

    /// <summary>`worker, web (2 s)`</summary>
    internal static string Step(string names, TimeSpan time) => FormattableString.Invariant($"{names} ({time.TotalSeconds:0.#} s)");

    /// <summary>How long each step may take, if all take as long as they may.</summary>
    internal TimeSpan[] Times(ReadOnlySpan<TimeSpan> patiences, TimeSpan now)
    {
        var times = new TimeSpan[patiences.Length];
        for (var i = 0; i < times.Length; i++)
        {
            times[i] = For(patiences[i..], now);
            now += times[i];
        }
        return times;
    }

    internal static TimeSpan[] Patiences(IEnumerable<StopStep> plan)
    {
        var patiences = new List<TimeSpan>();
        foreach (var step in plan)
            patiences.Add(step.Patience);
        return [.. patiences];
    }
}
