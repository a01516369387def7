using Init.Processes;

namespace Init.Supervision;

/// <summary>
/// In which order everything is stopped: a step is what is stopped at once, when the step before is over. Without dependencies a group is
/// a step, from the highest priority number down (L-096, L-097); a process that others depend on has to wait for these.
/// </summary>
internal static class StopPlan
{
    /// <param name="groups">In ascending priority.</param>
    /// <param name="needsOf">What a process depends on.</param>
    internal static IReadOnlyList<StopStep> Of(IReadOnlyList<ProcessGroup> groups, Func<Subprocess, IEnumerable<Subprocess>> needsOf)
    {
        var left = groups.Reverse().Where(group => group.Processes.Count > 0).Select(group => (Group: group, Processes: group.Processes.ToList())).ToList();
        var dependents = Dependents(groups, needsOf);
        var steps = new List<StopStep>();
        while (left.Count > 0)
        {
            // In a circle, which only a change under way can make, nobody is free.
            var at = Math.Max(0, left.FindIndex(one => one.Processes.Exists(IsFree)));
            var (group, processes) = left[at];
            List<Subprocess> step = processes.Exists(IsFree) ? processes.FindAll(IsFree) : [.. processes];
            steps.Add(new StopStep(group, step));
            processes.RemoveAll(step.Contains);
            if (processes.Count == 0)
                left.RemoveAt(at);
            foreach (var process in step)
                foreach (var need in needsOf(process))
                    dependents[need] = dependents.GetValueOrDefault(need) - 1;
        }
        return steps;

        bool IsFree(Subprocess process) => dependents.GetValueOrDefault(process) == 0;
    }

    private static Dictionary<Subprocess, int> Dependents(IReadOnlyList<ProcessGroup> groups, Func<Subprocess, IEnumerable<Subprocess>> needsOf)
    {
        var count = new Dictionary<Subprocess, int>();
        foreach (var group in groups)
            foreach (var process in group.Processes)
                foreach (var need in needsOf(process))
                    count[need] = count.GetValueOrDefault(need) + 1;
        return count;
    }
}

/// <summary>Processes of one group, stopped at once.</summary>
internal sealed record StopStep(ProcessGroup Group, IReadOnlyList<Subprocess> Processes)
{
    internal bool IsOver => Processes.All(process => process.IsStopped);

    /// <summary>Descending priority, equal ones in reverse stored order.</summary>
    internal void Stop()
    {
        foreach (var process in Processes.Reverse().OrderByDescending(process => process.Config.Priority).ToArray())
            process.Handle(ProcessInput.Shutdown);
    }
}
