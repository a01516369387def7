using Init.Os;
using Init.Processes;

namespace Init.Web;

/// <summary>
/// What the programs' trees use, for all who show it: read from /proc when somebody asks, away from the loop, and not again for those who
/// ask soon after. While nobody asks nothing is read.
/// </summary>
internal sealed class TreeSampler(ISupervisor supervisor)
{
    private readonly Lock _lock = new();
    private Task<IReadOnlyDictionary<int, TreeUsage>>? _last;
    private TimeSpan _begun;

    /// <summary>The usage by pid.</summary>
    /// <param name="maxAge">How old an answer may be.</param>
    internal Task<IReadOnlyDictionary<int, TreeUsage>> SampleAsync(TimeSpan maxAge)
    {
        lock (_lock)
        {
            if (_last is null || _last.IsFaulted || Clock.Now - _begun > maxAge)
                (_last, _begun) = (Task.Run(ReadAsync), Clock.Now);
            return _last;
        }
    }

    private async Task<IReadOnlyDictionary<int, TreeUsage>> ReadAsync() => ProcessResources.Trees(await supervisor.Loop.CallAsync(Pids));

    private List<int> Pids()
    {
        var pids = new List<int>();
        foreach (var process in supervisor.Groups.ByName)
            if (process.Status.Pid != 0)
                pids.Add(process.Status.Pid);
        return pids;
    }
}
