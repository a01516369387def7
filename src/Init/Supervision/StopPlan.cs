using Init.Config;
using Init.Processes;

namespace Init.Supervision;

/// <summary>Processes that are stopped at once, when those of the step before are.</summary>
internal sealed record StopStep(IReadOnlyList<Subprocess> Processes, IReadOnlyList<EventListenerPool> Pools)
{
    /// <summary>What has ended before its turn wants no time.</summary>
    internal TimeSpan Patience => StopPlan.PatienceFor(Left.Select(process => process.Config));

    internal bool IsOver => Processes.All(process => process.IsGone);

    /// <summary>Descending priority, equal ones in reverse stored order.</summary>
    /// <param name="within">How long each may take at most, if there is less time than it is configured to have.</param>
    internal void Stop(TimeSpan? within)
    {
        foreach (var process in Processes.Reverse().OrderByDescending(process => process.Config.Priority).ToArray())
        {
            process.Handle(ProcessInput.Shutdown(within));
            if (within is { } left)
                process.EndLeftoverBy(Os.Clock.Now + left);
        }
    }

    private IEnumerable<Subprocess> Left => Processes.Where(process => !process.IsGone);

    /// <summary>Those that are still to be stopped.</summary>
    public override string ToString() => string.Join(", ", Left.Select(process => process.Namespec));
}

/// <summary>What is stopped at once, and the groups that it is of.</summary>
internal sealed record PlanStep<TGroup, TProcess>(List<TProcess> Processes, IReadOnlyList<TGroup> Groups);

/// <summary>
/// In which order everything is stopped. Without dependencies a group is a step, from the highest priority number down (L-096, L-097); a
/// process that others depend on has to wait for these.
/// </summary>
internal static class StopPlan
{
    /// <param name="groups">In ascending priority.</param>
    /// <param name="needsOf">What a process depends on.</param>
    /// <param name="joins">Whether groups of one priority are one step, as a stop with a budget has them.</param>
    internal static IReadOnlyList<StopStep> Of(
        IReadOnlyList<ProcessGroup> groups, Func<Subprocess, IEnumerable<Subprocess>> needsOf, bool joins = false) =>
        [.. Of(groups, group => group.Config.Priority, group => group.Processes, needsOf, joins)
            .Select(step => new StopStep(step.Processes, [.. step.Groups.Select(group => group.Pool).OfType<EventListenerPool>()]))];

    /// <summary>The same of anything that is grouped and has needs, such as processes that are configured and do not run.</summary>
    internal static IReadOnlyList<PlanStep<TGroup, TProcess>> Of<TGroup, TProcess>(
        IReadOnlyList<TGroup> groups,
        Func<TGroup, int> priorityOf,
        Func<TGroup, IReadOnlyList<TProcess>> processesOf,
        Func<TProcess, IEnumerable<TProcess>> needsOf,
        bool joins)
        where TGroup : class
        where TProcess : class
    {
        var left = groups.Reverse().Where(group => processesOf(group).Count > 0)
            .Select(group => new PlanStep<TGroup, TProcess>([.. processesOf(group)], [group])).ToList();
        var dependents = Dependents(groups.SelectMany(processesOf), needsOf);
        var steps = new List<PlanStep<TGroup, TProcess>>();
        while (left.Count > 0)
        {
            // In a circle, which only a change under way can make, nobody is free.
            var first = Math.Max(0, left.FindIndex(one => one.Processes.Exists(IsFree)));
            var isCircle = !left[first].Processes.Exists(IsFree);
            var chosen = left.FindAll(one => one == left[first] || (joins && priorityOf(one.Groups[0]) == priorityOf(left[first].Groups[0])));
            List<TProcess> stopped = [.. chosen.SelectMany(one => one.Processes).Where(process => isCircle || IsFree(process))];
            steps.Add(new([.. stopped], chosen.ConvertAll(one => one.Groups[0])));
            foreach (var one in chosen)
                one.Processes.RemoveAll(stopped.Contains);
            left.RemoveAll(one => one.Processes.Count == 0);
            foreach (var process in stopped)
                foreach (var need in needsOf(process))
                    dependents[need] = dependents.GetValueOrDefault(need) - 1;
        }
        return steps;

        bool IsFree(TProcess process) => dependents.GetValueOrDefault(process) <= 0;
    }

    /// <summary>How long the slowest may take until it is killed.</summary>
    internal static TimeSpan PatienceFor(IEnumerable<ProcessConfig> processes)
    {
        var longest = 0;
        foreach (var process in processes)
            longest = Math.Max(longest, process.StopWaitSecs);
        return TimeSpan.FromSeconds(longest);
    }

    private static Dictionary<T, int> Dependents<T>(IEnumerable<T> processes, Func<T, IEnumerable<T>> needsOf)
        where T : class
    {
        var count = new Dictionary<T, int>();
        foreach (var process in processes)
            foreach (var need in needsOf(process))
                count[need] = count.GetValueOrDefault(need) + 1;
        return count;
    }
}
