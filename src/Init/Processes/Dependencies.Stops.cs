using Init.States;

namespace Init.Processes;

/// <summary>The way back: of processes that are stopped together, those that need others end first.</summary>
internal sealed partial class Dependencies
{
    /// <summary>Those whose turn has not come, each with those that have to end before it.</summary>
    private readonly List<(Subprocess Process, string Reason, IReadOnlyList<Subprocess> Dependents)> _toStop = [];

    /// <summary>Stops a process, or the wait for its start.</summary>
    /// <param name="reason">For those who ask why: `by request`.</param>
    internal void Stop(Subprocess process, string reason)
    {
        _toStop.RemoveAll(one => one.Process == process);
        if (process.IsToRestart)
            process.RememberStop(reason); // it is stopping already, so that no state will say so
        if (process.WaitsFor is not null)
            Forget(process);
        process.Handle(ProcessInput.StopFor(reason));
    }

    /// <summary>The same of one of several that are stopped together.</summary>
    /// <param name="dependents">Those of the others that depend on it: what is ending of them has to end first.</param>
    internal void Stop(Subprocess process, string reason, IReadOnlyList<Subprocess> dependents)
    {
        if (!dependents.Any(IsEnding))
            Stop(process, reason);
        else if (!IsToStop(process))
            _toStop.Add((process, reason, dependents));
    }

    /// <summary>Of each of these, those of them that depend on it, also by way of others: of a oneshot that has ended, for instance.</summary>
    internal Dictionary<Subprocess, List<Subprocess>> DependentsAmong(IReadOnlyCollection<Subprocess> processes)
    {
        var dependents = processes.ToDictionary(process => process, _ => new List<Subprocess>());
        foreach (var process in processes)
            foreach (var need in NearestNeeds(process, dependents.ContainsKey))
                dependents[need].Add(process);
        return dependents;
    }

    /// <summary>On each way along the needs of a process, the first that counts.</summary>
    private HashSet<Subprocess> NearestNeeds(Subprocess process, Func<Subprocess, bool> counts)
    {
        var nearest = new HashSet<Subprocess>();
        var passed = new HashSet<Subprocess>();
        var left = new Stack<Subprocess>(NeedsOf(process));
        while (left.TryPop(out var need))
            if (counts(need))
                nearest.Add(need);
            else if (passed.Add(need))
                foreach (var next in NeedsOf(need))
                    left.Push(next);
        return nearest;
    }

    private void AdvanceStops()
    {
        while (_toStop.FindIndex(one => !one.Dependents.Any(IsEnding)) is >= 0 and var first)
        {
            var (process, reason, _) = _toStop[first];
            _toStop.RemoveAt(first);
            if (process.IsWanted)
                Stop(process, reason);
        }
    }

    /// <summary>One that somebody has started again meanwhile is not waited for.</summary>
    private bool IsEnding(Subprocess process) =>
        !process.IsGone && (process.IsStopped || process.Status.State == ProcessState.Stopping || IsToStop(process));

    /// <summary>Its turn to be stopped has not come.</summary>
    internal bool IsToStop(Subprocess process) => _toStop.Exists(one => one.Process == process);
}
