using System.Buffers.Text;
using System.Globalization;
using System.Text;
using static Init.Native.Libc;

namespace Init.Os;

/// <summary>What /proc/PID/stat says of a process.</summary>
/// <param name="Name">Of the file that it executes, shortened by the kernel.</param>
/// <param name="Start">When it was started, in ticks since boot.</param>
internal readonly record struct ProcessEntry(string Name, int Parent, ulong Start);

/// <summary>Who descends from whom, read from /proc.</summary>
internal static class ProcessTree
{
    private const int StartField = 19; // of those after the name; field 22 in proc(5)

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

    /// <summary>The marks of all processes but ourselves, dead ones too, which one pass over all has to find.</summary>
    internal static List<(int Pid, ulong Limit)> Marks()
    {
        var marks = new List<(int Pid, ulong Limit)>();
        foreach (var pid in Pids())
            if (pid != Children.OwnPid && LimitOf(pid) is { } limit)
                marks.Add((pid, limit));
        return marks;
    }

    /// <summary>Of these, all living processes with a mark, wherever they have gone.</summary>
    internal static List<ProcessHandle> Marked(TreeMark mark, List<(int Pid, ulong Limit)> marks)
    {
        var found = new List<ProcessHandle>();
        foreach (var (pid, limit) in marks)
            if (mark.Covers(limit) && ProcessHandle.Open(pid) is { } handle)
            {
                // Read once more: from here on it is the process that the handle means, if that still lives afterwards.
                if (LimitOf(pid) is { } now && mark.Covers(now) && handle.Signal(0) != Errno.ESRCH)
                    found.Add(handle);
                else
                    handle.Dispose();
            }
        return found;
    }

    /// <summary>Null when it is gone or a zombie. The line is `pid (comm) state ppid ...`, and comm may hold anything.</summary>
    internal static ProcessEntry? Read(int pid)
    {
        Span<byte> buffer = stackalloc byte[1024];
        var stat = Encoding.UTF8.GetString(buffer[..Read(pid, "stat", buffer)]);
        var (open, close) = (stat.IndexOf('('), stat.LastIndexOf(')'));
        if (open < 0 || close < open)
            return null;
        var fields = stat[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > StartField && fields[0] is not ("Z" or "X")
            ? new ProcessEntry(stat[(open + 1)..close], int.Parse(fields[1], CultureInfo.InvariantCulture),
                ulong.Parse(fields[StartField], CultureInfo.InvariantCulture))
            : null;
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
        foreach (var pid in Pids())
            if (Read(pid) is { } entry)
                parents[pid] = entry.Parent;
        return parents;
    }

    private static List<int> Pids()
    {
        var pids = new List<int>();
        try
        {
            foreach (var directory in Directory.EnumerateDirectories("/proc"))
                if (int.TryParse(Path.GetFileName(directory.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
                    pids.Add(pid);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No /proc: nobody is known to descend from anybody.
        }
        return pids;
    }

    /// <summary>The line is `Max realtime timeout SOFT HARD us`, with as many blanks as it likes.</summary>
    private static ulong? LimitOf(int pid)
    {
        Span<byte> buffer = stackalloc byte[2048];
        ReadOnlySpan<byte> text = buffer[..Read(pid, "limits", buffer)];
        var name = "Max realtime timeout"u8;
        var at = text.IndexOf(name);
        if (at < 0)
            return null;
        text = text[(at + name.Length)..].TrimStart((byte)' ');
        text = text[Math.Max(0, text.IndexOf((byte)' '))..].TrimStart((byte)' ');
        return Utf8Parser.TryParse(text, out ulong hard, out _) ? hard : null; // `unlimited` as a rule
    }

    /// <summary>0 when there is none, it ended while we looked, or it is not for us to read.</summary>
    private static int Read(int pid, string file, Span<byte> buffer)
    {
        var fd = -1;
        try
        {
            fd = Descriptors.Open(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/{file}"), O_RDONLY);
            var length = 0;
            while (length < buffer.Length && Descriptors.Read(fd, buffer[length..]) is > 0 and var count)
                length += count;
            return length;
        }
        catch (SyscallException)
        {
            return 0;
        }
        finally
        {
            if (fd >= 0)
                Descriptors.Close(fd);
        }
    }
}
