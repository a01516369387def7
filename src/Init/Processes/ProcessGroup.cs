using Init.Config;

namespace Init.Processes;

/// <summary>A group of processes: a program's own, or a `[group:x]`.</summary>
internal sealed class ProcessGroup(GroupConfig config, IReadOnlyList<Subprocess> processes) : IDisposable
{
    internal GroupConfig Config { get; } = config;

    /// <summary>In stored order (L-018).</summary>
    internal IReadOnlyList<Subprocess> Processes { get; } = processes;

    internal bool IsStopped => Processes.All(process => process.IsStopped);

    /// <summary>Descending priority, equal ones in reverse stored order, all at once (L-097).</summary>
    internal void StopForShutdown()
    {
        foreach (var process in Processes.Reverse().OrderByDescending(process => process.Config.Priority).ToArray())
            process.Handle(ProcessInput.Shutdown);
    }

    public void Dispose()
    {
        foreach (var process in Processes)
            process.Dispose();
    }
}
