using System.Buffers.Text;

namespace Init.Os;

/// <summary>Who descends from whom, read from /proc.</summary>
internal static class ProcessTree
{
    // No line of ancestors is as long; one that changes while it is read could go round.
    private const int Longest = 1000;

    /// <summary>All living processes below one, children and their children, zombies aside.</summary>
    internal static List<int> Descendants(int ancestor) => Descendants(Parents(), ancestor);

    /// <param name="parents">Of every process, each as it was when it was read.</param>
    internal static List<int> Descendants(Dictionary<int, int> parents, int ancestor)
    {
        var found = new List<int>();
        foreach (var pid in parents.Keys)
        {
            var above = pid;
            for (var left = Longest; left > 0 && parents.TryGetValue(above, out above) && above != ancestor && above > 1; left--)
            {
            }
            if (above == ancestor)
                found.Add(pid);
        }
        return found;
    }

    /// <summary>The marks of all processes but ourselves, dead ones too, which one pass over all has to find.</summary>
    internal static List<(int Pid, ulong Limit)> Marks()
    {
        var marks = new List<(int Pid, ulong Limit)>();
        foreach (var pid in ProcFiles.Pids())
            if (pid != Children.OwnPid && LimitOf(pid) is { } limit)
                marks.Add((pid, limit));
        return marks;
    }

    /// <summary>Of these, all living processes with a mark, wherever they have gone.</summary>
    /// <param name="ended">Gets those that had it and have ended, with when they were started where that can still be read.</param>
    internal static List<ProcessHandle> Marked(
        TreeMark mark, List<(int Pid, ulong Limit)> marks, List<(int Pid, TimeSpan? Started)>? ended = null)
    {
        var found = new List<ProcessHandle>();
        foreach (var (pid, limit) in marks)
            if (mark.Covers(limit))
            {
                var handle = ProcessHandle.Open(pid);
                // Read once more: from here on it is the process that the handle means, if that still lives afterwards.
                if (handle is not null && LimitOf(pid) is { } now && mark.Covers(now) && handle.Signal(0) != Errno.ESRCH)
                {
                    found.Add(handle);
                    continue;
                }
                handle?.Dispose();
                ended?.Add((pid, ProcessStat.TryRead(pid, out var stat) && stat.IsDead ? stat.Started : null));
            }
        return found;
    }

    /// <summary>
    /// Whether a process is a leader's own: one of its descendants, or in the process group or session that it leads, where those are who
    /// have lost their parent. One that is gone is nobody's.
    /// </summary>
    internal static bool BelongsTo(int pid, int leader)
    {
        for (var left = Longest; left > 0 && pid > 1 && ProcessStat.TryRead(pid, out var process); left--)
            if (pid == leader || process.Group == leader || process.Session == leader)
                return true;
            else
                pid = process.Parent;
        return false;
    }

    private static Dictionary<int, int> Parents()
    {
        var parents = new Dictionary<int, int>();
        foreach (var process in ProcessStat.All())
            if (!process.IsDead)
                parents[process.Pid] = process.Parent;
        return parents;
    }

    /// <summary>The line is `Max realtime timeout SOFT HARD us`, with as many blanks as it likes.</summary>
    private static ulong? LimitOf(int pid)
    {
        Span<byte> buffer = stackalloc byte[2048];
        ReadOnlySpan<byte> text = buffer[..ProcFiles.Read(pid, "limits"u8, buffer)];
        var name = "Max realtime timeout"u8;
        var at = text.IndexOf(name);
        if (at < 0)
            return null;
        text = text[(at + name.Length)..].TrimStart((byte)' ');
        text = text[Math.Max(0, text.IndexOf((byte)' '))..].TrimStart((byte)' ');
        return Utf8Parser.TryParse(text, out ulong hard, out _) ? hard : null; // `unlimited` as a rule
    }
}
