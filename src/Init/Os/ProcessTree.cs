using System.Globalization;

namespace Init.Os;

/// <summary>Who descends from whom, read from /proc.</summary>
internal static class ProcessTree
{
    /// <summary>All living processes below one, children and their children, zombies aside.</summary>
    internal static List<int> Descendants(int ancestor)
    {
        var parents = Parents();
        var found = new List<int>();
        foreach (var pid in parents.Keys)
        {
            var above = pid;
            while (parents.TryGetValue(above, out above) && above != ancestor && above > 1)
            {
            }
            if (above == ancestor)
                found.Add(pid);
        }
        return found;
    }

    /// <summary>
    /// Whether a process is a leader's own: one of its descendants, or in the process group or session that it leads, where those are who
    /// have lost their parent. One that is gone is nobody's.
    /// </summary>
    internal static bool BelongsTo(int pid, int leader)
    {
        // No line of ancestors is as long; one that changes while it is read could go round.
        const int longest = 1000;
        for (var left = longest; left > 0 && pid > 1 && ProcessStat.TryRead(pid, out var process); left--)
            if (pid == leader || process.Group == leader || process.Session == leader)
                return true;
            else
                pid = process.Parent;
        return false;
    }

    private static Dictionary<int, int> Parents()
    {
        var parents = new Dictionary<int, int>();
        try
        {
            foreach (var directory in Directory.EnumerateDirectories("/proc"))
                if (int.TryParse(Path.GetFileName(directory.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                    && ParentOf(pid) is { } parent)
                    parents[pid] = parent;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No /proc: nobody is known to descend from anybody.
        }
        return parents;
    }

    /// <summary>Null when it is gone or a zombie. The line is `pid (comm) state ppid ...`, and comm may hold anything.</summary>
    private static int? ParentOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ', 3);
            return fields[0] is "Z" or "X" ? null : int.Parse(fields[1], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or FormatException)
        {
            return null; // it ended while we looked
        }
    }
}
