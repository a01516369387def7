using Init.Loop;
using Init.Output;
using Init.Processes;
using Init.States;

namespace Init.Supervision;

/// <summary>
/// What is done for programs while they live, as schedule, max_age and memory_max ask. It is told of every group that comes and goes and of
/// every state that is entered; while no program has such a key, it does nothing and wakes nobody.
/// </summary>
internal sealed class Upkeep(EventLoop loop, ActivityLog activity, Dependencies dependencies) : IDisposable
{
    private readonly Schedules _schedules = new(loop, activity, dependencies);
    private readonly AgeLimits _ages = new(loop, activity, dependencies);
    private readonly MemoryLimits _memory = new(loop, activity, dependencies);
    private readonly HashSet<Subprocess> _processes = [];

    internal void Came(ProcessGroup group)
    {
        foreach (var process in group.Processes)
            if (process.Config.Upkeep != Config.UpkeepConfig.None && _processes.Add(process))
                _schedules.Add(process);
    }

    internal void Gone(ProcessGroup group)
    {
        foreach (var process in group.Processes)
            if (_processes.Remove(process))
                Forget(process);
    }

    internal void Entered(Subprocess process, ProcessState state)
    {
        if (!_processes.Contains(process))
            return;
        _ages.Entered(process, state);
        _memory.Entered(process, state);
    }

    /// <summary>Everything is stopped: nothing starts any more.</summary>
    internal void End()
    {
        foreach (var process in _processes)
            Forget(process);
        _processes.Clear();
    }

    private void Forget(Subprocess process)
    {
        _schedules.Remove(process);
        _ages.Forget(process);
        _memory.Forget(process);
    }

    public void Dispose()
    {
        End();
        _schedules.Dispose();
    }
}
