namespace Init.Processes;

/// <summary>The groups that there are, which come and go while we run.</summary>
internal sealed class ProcessGroups : IDisposable
{
    private readonly List<ProcessGroup> _groups;
    private readonly List<ProcessGroup> _arrivals;
    private Subprocess[]? _lexical;

    /// <param name="groups">In ascending priority.</param>
    internal ProcessGroups(IEnumerable<ProcessGroup> groups)
    {
        _groups = [.. groups];
        _arrivals = [.. _groups];
    }

    /// <summary>In ascending priority; of one priority in the order they came, those of the start by name.</summary>
    internal IReadOnlyList<ProcessGroup> All => _groups;

    /// <summary>In the order in which they came, whatever their priority .</summary>
    internal IReadOnlyList<ProcessGroup> Arrivals => _arrivals;

    /// <summary>Every process in ascending priority of its group, then of its own.</summary>
    internal IEnumerable<Subprocess> ByPriority => _groups.SelectMany(group => group.ByPriority);

    /// <summary>Every process in the order of group's name, then its own .</summary>
    internal ReadOnlySpan<Subprocess> ByName => _lexical ??= SortByName();

    /// <summary>Another one after each group that has come or gone.</summary>
    internal int Version { get; private set; }

    /// <summary>All is stopped, and nothing of it is left.</summary>
    internal bool AreGone => _groups.All(group => group.Processes.All(process => process.IsGone));

    internal ProcessGroup? Find(string name) => _groups.Find(group => group.Config.Name == name);

    internal void Add(ProcessGroup group)
    {
        var after = _groups.FindIndex(other => other.Config.Priority > group.Config.Priority);
        _groups.Insert(after < 0 ? _groups.Count : after, group);
        _arrivals.Add(group);
        _lexical = null;
        Version++;
    }

    internal void Remove(ProcessGroup group)
    {
        _groups.Remove(group);
        _arrivals.Remove(group);
        _lexical = null;
        Version++;
        group.Dispose();
    }

    private Subprocess[] SortByName()
    {
        Subprocess[] all = [.. _groups.SelectMany(group => group.Processes)];
        Array.Sort(all, static (a, b) =>
            string.CompareOrdinal(a.Group, b.Group) is var byGroup and not 0 ? byGroup : string.CompareOrdinal(a.Config.Name, b.Config.Name));
        return all;
    }

    public void Dispose()
    {
        foreach (var group in _groups)
            group.Dispose();
    }
}
