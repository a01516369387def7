using Init.Config;
using Init.Processes;

namespace Init.Supervision;

/// <summary>A process as it is configured, before there is one.</summary>
internal sealed class PlannedProcess(GroupConfig group, ProcessConfig config)
{
    internal GroupConfig Group => group;

    internal ProcessConfig Config => config;

    /// <summary>`group:process`, or the name alone where both are the same.</summary>
    internal string Namespec => group.Name == config.Name ? config.Name : $"{group.Name}:{config.Name}";

    /// <summary>What it is started after: `redis:ready`.</summary>
    internal string After => string.Join(", ", config.DependsOn);
}

/// <summary>Processes that would be stopped at once.</summary>
/// <param name="Patience">How long the slowest of them wants.</param>
/// <param name="Time">How long they have.</param>
internal sealed record PlannedStop(IReadOnlyList<PlannedProcess> Processes, TimeSpan Patience, TimeSpan Time);

/// <summary>
/// In which order a configuration would be started and, when all of that runs, stopped; made by those who order the daemon's own starts
/// and stops.
/// </summary>
internal sealed class RunPlan
{
    private RunPlan(IReadOnlyList<PlannedProcess> start, IReadOnlyList<PlannedProcess> idle, IReadOnlyList<PlannedStop> stop, int? stopBudget) =>
        (Start, Idle, Stop, StopBudget) = (start, idle, stop, stopBudget);

    internal IReadOnlyList<PlannedProcess> Start { get; }

    /// <summary>Those that are only started when somebody asks for it.</summary>
    internal IReadOnlyList<PlannedProcess> Idle { get; }

    internal IReadOnlyList<PlannedStop> Stop { get; }

    /// <summary>Seconds; null for none.</summary>
    internal int? StopBudget { get; }

    /// <param name="configuration">As it was read.</param>
    internal static RunPlan Of(Configuration configuration)
    {
        var groups = Supervisor.Runnable(configuration).Groups;
        var members = groups.ToDictionary(
            group => group.Name, PlannedProcess[] (group) => [.. group.Processes.Select(process => new PlannedProcess(group, process))]);
        PlannedProcess[] all = [.. groups.SelectMany(group => members[group.Name])];
        var start = Dependencies.InOrder(all.Where(process => process.Config.AutoStart), NeedsOf);
        var started = start.ToHashSet();
        var budget = configuration.Supervisord.StopBudget;
        var steps = StopPlan.Of(groups, group => group.Priority, group => members[group.Name], NeedsOf, joins: budget is not null)
            .Select(step => step.Processes.Where(started.Contains).ToList()).Where(step => step.Count > 0).ToList();
        TimeSpan[] patiences = [.. steps.ConvertAll(step => StopPlan.PatienceFor(step.Select(process => process.Config)))];
        var times = budget is { } seconds ? new StopBudget(TimeSpan.FromSeconds(seconds)).Times(patiences, TimeSpan.Zero) : patiences;
        return new RunPlan(start, [.. all.Where(process => !started.Contains(process))],
            [.. steps.Select((step, at) => new PlannedStop(step, patiences[at], times[at]))], budget);

        IEnumerable<PlannedProcess> NeedsOf(PlannedProcess process) => process.Config.DependsOn.SelectMany(
            dependency => all.Where(other => dependency.Means(other.Group.Name, other.Config)));
    }

    /// <summary>Names of processes, a whole group's as `group:*`.</summary>
    internal static string Names(IReadOnlyList<PlannedProcess> processes) => string.Join(", ", processes.GroupBy(process => process.Group.Name).SelectMany(
        of => of.Count() > 1 && of.Count() == of.First().Group.Processes.Count ? [$"{of.Key}:*"] : of.Select(process => process.Namespec)));
}
