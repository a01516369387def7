namespace Init.Os;

/// <summary>What a process and all that descends from it use together.</summary>
/// <param name="Processes">How many they are.</param>
/// <param name="ResidentBytes">The sum of their resident sizes: a page that several of them share is counted for each.</param>
/// <param name="Cpu">User and system time of all of them, and of what they have reaped.</param>
internal readonly record struct TreeUsage(int Processes, long ResidentBytes, TimeSpan Cpu);

/// <summary>What processes use, read from /proc. It takes some 10 microseconds for each process of the system: not for the loop's thread.</summary>
internal static class ProcessResources
{
    /// <summary>
    /// The usage of each tree, from one pass over /proc. A root that is gone is not in it; a process counts for the nearest of its
    /// ancestors that is a root, or for itself.
    /// </summary>
    internal static Dictionary<int, TreeUsage> Trees(IReadOnlyCollection<int> roots) => roots.Count == 0 ? [] : Trees(roots, ProcessStat.All());

    internal static Dictionary<int, TreeUsage> Trees(IReadOnlyCollection<int> roots, IReadOnlyList<ProcessStat> processes)
    {
        var parents = new Dictionary<int, int>(processes.Count);
        foreach (var process in processes)
            parents[process.Pid] = process.Parent;
        var usage = new Dictionary<int, TreeUsage>(roots.Count);
        foreach (var root in roots)
            if (parents.ContainsKey(root))
                usage[root] = default;
        foreach (var process in processes)
            if (RootOf(process.Pid, parents, usage) is var root and not 0)
            {
                var sum = usage[root];
                usage[root] = new(sum.Processes + (process.IsDead ? 0 : 1), sum.ResidentBytes + process.ResidentBytes, sum.Cpu + process.Cpu);
            }
        return usage;
    }

    /// <summary>0 for a process of no tree. What was read while it changed might be a circle: no chain is longer than all there are.</summary>
    private static int RootOf(int pid, Dictionary<int, int> parents, Dictionary<int, TreeUsage> roots)
    {
        for (var left = parents.Count; left > 0; left--)
        {
            if (roots.ContainsKey(pid))
                return pid;
            if (!parents.TryGetValue(pid, out pid))
                return 0;
        }
        return 0;
    }
}
