using System.Text;
using static Init.Native.Libc;

namespace Init.Os;

/// <summary>Verbs over descriptors that we only write to and do not own alone.</summary>
internal static unsafe class OutputDescriptors
{
    private const int EnlargedPipe = 256 * 1024;

    /// <summary>Waits until a write to one of them would not have to, at most so long.</summary>
    internal static void WaitWritable(ReadOnlySpan<int> fds, TimeSpan patience)
    {
        var entries = new pollfd[fds.Length];
        for (var n = 0; n < fds.Length; n++)
            entries[n] = new pollfd { fd = fds[n], events = POLLOUT };
        Clock.Rest(patience == Timeout.InfiniteTimeSpan ? null : patience);
        fixed (pollfd* first = entries)
            _ = poll(first, (nuint)entries.Length,
                patience == Timeout.InfiniteTimeSpan ? -1 : (int)Math.Max(0, Math.Ceiling(patience.TotalMilliseconds)));
    }

    /// <summary>
    /// Opens what a descriptor leads to once more, without blocking: flags of the new description are not shared with other processes.
    /// </summary>
    /// <exception cref="SyscallException">Without /proc, or after the user has changed.</exception>
    internal static int ReopenNonBlocking(int fd) =>
        Descriptors.Open($"/proc/self/fd/{fd}", O_WRONLY | O_NONBLOCK | O_NOCTTY);

    /// <summary>
    /// Lets a pipe hold more, so that its reader and we take turns less often. Refused (EPERM) when the user has too much in pipes.
    /// </summary>
    internal static void Enlarge(int pipe)
    {
        if (Capacity(pipe) < EnlargedPipe) // never less than its reader has chosen
            _ = fcntl(pipe, F_SETPIPE_SZ, EnlargedPipe);
    }

    /// <summary>How many bytes a pipe holds; negative for what is none.</summary>
    internal static int Capacity(int pipe) => fcntl(pipe, F_GETPIPE_SZ, 0);

    /// <summary>Whether two descriptors lead to one pipe, terminal or file.</summary>
    internal static bool AreSame(int one, int other) => Identity(one) is { } identity && identity == Identity(other);

    private static (uint, uint, ulong)? Identity(int fd)
    {
        byte empty = 0;
        statx_t status;
        return statx(fd, &empty, AT_EMPTY_PATH, STATX_INO, &status) < 0
            ? null
            : (status.stx_dev_major, status.stx_dev_minor, status.stx_ino);
    }

    /// <summary>A datagram socket connected to a path, never waiting; -1 when nobody listens there.</summary>
    internal static int ConnectDatagram(string path)
    {
        var address = new sockaddr_un { sun_family = AF_UNIX };
        if (Encoding.UTF8.GetByteCount(path) >= sockaddr_un.PathLength)
            return -1;
        Encoding.UTF8.GetBytes(path, new Span<byte>(address.sun_path, sockaddr_un.PathLength));
        var fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0)
            return -1;
        if (connect(fd, &address, (uint)sizeof(sockaddr_un)) == 0)
            return fd;
        Descriptors.Close(fd);
        return -1;
    }
}
