using System.Buffers.Text;
using System.Globalization;
using static Init.Native.Libc;

namespace Init.Os;

/// <summary>
/// What `/proc/PID/stat` says of a process: `pid (comm) state ppid ...`, where comm may hold anything, also parentheses and line ends.
/// </summary>
/// <param name="Group">Its process group.</param>
/// <param name="Session">Its session.</param>
/// <param name="IsDead">A zombie, which only waits to be reaped.</param>
/// <param name="Cpu">User and system time, its own and of the children that it has reaped.</param>
/// <param name="ResidentBytes">Pages shared with others are counted for each of them.</param>
internal readonly record struct ProcessStat(int Pid, int Parent, int Group, int Session, bool IsDead, TimeSpan Cpu, long ResidentBytes)
{
    /// <summary>USER_HZ, which is 100 on every Linux that .NET runs on.</summary>
    private const int TicksPerSecond = 100;

    // Numbers of fields after the name, of which the first is the state.
    private const int ParentField = 1;
    private const int GroupField = 2;
    private const int SessionField = 3;
    private const int FirstTimeField = 11; // utime, stime, cutime, cstime
    private const int LastTimeField = 14;
    private const int ResidentField = 21;

    internal static bool TryParse(ReadOnlySpan<byte> line, int pageSize, out ProcessStat stat)
    {
        stat = default;
        var end = line.LastIndexOf(") "u8);
        if (end < 0 || !Utf8Parser.TryParse(line, out int pid, out _))
            return false;
        line = line[(end + 2)..].TrimEnd((byte)'\n');
        var (parent, group, session, ticks, pages, isDead) = (0L, 0L, 0L, 0L, -1L, false);
        for (var field = 0; field <= ResidentField; field++)
        {
            var blank = line.IndexOf((byte)' ');
            var text = blank < 0 ? line : line[..blank];
            line = blank < 0 ? [] : line[(blank + 1)..];
            if (field == 0)
                isDead = text is [(byte)'Z' or (byte)'X'];
            else if (field is not (<= SessionField or >= FirstTimeField and <= LastTimeField or ResidentField))
                continue;
            else if (!Utf8Parser.TryParse(text, out long number, out var used) || used != text.Length)
                return false;
            else if (field == ParentField)
                parent = number;
            else if (field == GroupField)
                group = number;
            else if (field == SessionField)
                session = number;
            else if (field == ResidentField)
                pages = number;
            else
                ticks += number;
        }
        stat = new(pid, (int)parent, (int)group, (int)session, isDead, TimeSpan.FromTicks(ticks * (TimeSpan.TicksPerSecond / TicksPerSecond)), pages * pageSize);
        return pages >= 0;
    }

    /// <summary>Every process that we may see. Those that end meanwhile, or are hidden from us (hidepid), are not among them.</summary>
    internal static List<ProcessStat> All()
    {
        var all = new List<ProcessStat>();
        try
        {
            foreach (var directory in Directory.EnumerateDirectories("/proc"))
                if (int.TryParse(directory.AsSpan("/proc/".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                    && TryRead(pid, out var stat))
                    all.Add(stat);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No /proc: nobody is to be seen.
        }
        return all;
    }

    /// <summary>False when it is gone. Without an exception, for in one pass over many some always are.</summary>
    internal static unsafe bool TryRead(int pid, out ProcessStat stat)
    {
        stat = default;
        Span<byte> path = stackalloc byte[32];
        "/proc/"u8.CopyTo(path);
        _ = Utf8Formatter.TryFormat(pid, path[6..], out var digits);
        "/stat\0"u8.CopyTo(path[(6 + digits)..]);
        int fd;
        fixed (byte* name = path)
            fd = open(name, O_RDONLY | O_CLOEXEC, 0);
        if (fd < 0)
            return false;
        Span<byte> line = stackalloc byte[1024];
        nint count;
        fixed (byte* start = line)
            count = read(fd, start, (nuint)line.Length);
        _ = close(fd);
        return count > 0 && TryParse(line[..(int)count], Environment.SystemPageSize, out stat);
    }
}
