using Init.Config;

namespace Init.Processes;

/// <summary>A group of processes: a program's own, or a `[group:x]`.</summary>
/// <param name="environment">`[supervisord] environment` of the configuration it came from.</param>
/// <param name="pool">Of an `[eventlistener:x]`.</param>
internal sealed class ProcessGroup(
    GroupConfig config, IReadOnlyList<KeyValuePair<string, string>> environment, IReadOnlyList<Subprocess> processes, EventListenerPool? pool = null)
    : IDisposable
{
    internal GroupConfig Config { get; } = config;

    internal IReadOnlyList<KeyValuePair<string, string>> Environment { get; } = environment;

    /// <summary>In stored order (L-018).</summary>
    internal IReadOnlyList<Subprocess> Processes { get; } = processes;

    internal EventListenerPool? Pool { get; } = pool;

    /// <summary>In ascending priority, equal ones in stored order.</summary>
    internal IEnumerable<Subprocess> ByPriority => Processes.OrderBy(process => process.Config.Priority);

    internal Subprocess? Find(string name) => Processes.FirstOrDefault(process => process.Config.Name == name);

    internal bool IsStopped => Processes.All(process => process.IsStopped);

    /// <summary>Stopped, and so is what they have left behind.</summary>
    internal bool IsGone => Processes.All(process => process.IsGone);

    /// <summary>Those that its fcgi-programs share.</summary>
    internal IEnumerable<SharedSocket> Sockets => Processes.Select(process => process.Socket).OfType<SharedSocket>().Distinct();

    public void Dispose()
    {
        Pool?.Dispose();
        foreach (var process in Processes)
            process.Dispose();
    }
}
