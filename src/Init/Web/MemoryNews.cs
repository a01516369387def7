using System.Buffers;
using System.Globalization;
using Init.Os;
using Init.Processes;

namespace Init.Web;

/// <summary>Which programs use another amount of memory than one listener was told: a difference that is not shown is none.</summary>
internal sealed class MemoryNews
{
    private const double Mega = 1024 * 1024;

    private readonly Dictionary<string, long> _told = [];
    private readonly List<KeyValuePair<string, long>> _news = [];

    /// <summary>Compares with how it is; on the loop thread. Returns how many differ.</summary>
    internal int Take(ProcessGroups groups, IReadOnlyDictionary<int, TreeUsage> usage)
    {
        var gone = _told.Keys.ToHashSet();
        foreach (var process in groups.ByName)
        {
            if (process.Status.Pid == 0)
                continue;
            var name = $"{process.Group}:{process.Config.Name}";
            gone.Remove(name);
            if (!usage.TryGetValue(process.Status.Pid, out var tree))
                continue; // younger than the sample
            if (_told.TryGetValue(name, out var told) && Text(told) == Text(tree.ResidentBytes))
                continue;
            _told[name] = tree.ResidentBytes;
            _news.Add(new(name, tree.ResidentBytes));
        }
        foreach (var name in gone)
        {
            _told.Remove(name);
            _news.Add(new(name, 0));
        }
        return _news.Count;
    }

    /// <summary>Tells of what differs, if anything does.</summary>
    internal void Write(IBufferWriter<byte> output)
    {
        if (_news.Count > 0)
            ProcessEvents.WriteMemory(output, _news);
        _news.Clear();
    }

    /// <summary>As the page shows it, and its script: `8.3 MB`, `512 MB`, `1.5 GB`; empty for none.</summary>
    internal static string Text(long bytes) => bytes switch
    {
        <= 0 => "",
        < (long)(10 * Mega) => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0.1, bytes / Mega):0.0} MB"),
        < (long)(1000 * Mega) => string.Create(CultureInfo.InvariantCulture, $"{bytes / Mega:0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / Mega / 1024:0.0} GB"),
    };
}
