using System.Buffers.Text;
using System.Globalization;
using static Init.Native.Libc;

namespace Init.Os;

/// <summary>Files of /proc/PID, of which any may be gone when it is looked for.</summary>
internal static unsafe class ProcFiles
{
    /// <summary>Every process that we may see: not those that are hidden from us (hidepid), and none without a /proc.</summary>
    internal static List<int> Pids()
    {
        var pids = new List<int>();
        try
        {
            foreach (var directory in Directory.EnumerateDirectories("/proc"))
                if (int.TryParse(directory.AsSpan("/proc/".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
                    pids.Add(pid);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No /proc: nobody is to be seen.
        }
        return pids;
    }

    /// <summary>
    /// Reads what fits of a file; 0 bytes when it is gone, or not for us to read. Without an exception, for in one pass over many some
    /// always are.
    /// </summary>
    internal static int Read(int pid, ReadOnlySpan<byte> file, Span<byte> buffer)
    {
        Span<byte> path = stackalloc byte[64];
        path.Clear(); // ends with a NUL
        "/proc/"u8.CopyTo(path);
        _ = Utf8Formatter.TryFormat(pid, path[6..], out var digits);
        path[6 + digits] = (byte)'/';
        file.CopyTo(path[(7 + digits)..]);
        int fd;
        fixed (byte* name = path)
            fd = open(name, O_RDONLY | O_CLOEXEC, 0);
        if (fd < 0)
            return 0;
        nint count;
        fixed (byte* start = buffer)
            count = read(fd, start, (nuint)buffer.Length); // the kernel makes the whole text of such a file at once
        _ = close(fd);
        return (int)Math.Max(0, count);
    }
}
