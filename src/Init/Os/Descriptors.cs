using static Init.Native.Libc;

namespace Init.Os;

/// <summary>What a descriptor or a path leads to.</summary>
internal enum FileKind
{
    Missing,
    Regular,
    Directory,
    Pipe,
    Socket,
    Terminal,
    Link,
    Other,
}

/// <summary>Which file it is, whatever it is called.</summary>
internal readonly record struct FileIdentity(uint DeviceMajor, uint DeviceMinor, ulong Inode);

/// <summary>Verbs over file descriptors, and over paths. Every descriptor made here is close-on-exec.</summary>
internal static unsafe partial class Descriptors
{
    /// <summary>0666, before the umask.</summary>
    internal const uint ModeOfNewFiles = 0x1B6;

    /// <summary>Returned by the read and write verbs when the call would have had to wait.</summary>
    internal const int WouldBlock = -1;

    internal static (int Read, int Write) Pipe()
    {
        var ends = stackalloc int[2];
        if (pipe2(ends, O_CLOEXEC) < 0)
            throw SyscallException.Last("pipe2");
        return (ends[0], ends[1]);
    }

    /// <exception cref="SyscallException">With the errno of open(2).</exception>
    internal static int Open(string path, int flags, uint mode = 0)
    {
        fixed (byte* name = PosixText.Encode(path))
        {
            int fd;
            do
                fd = open(name, flags | O_CLOEXEC, mode);
            while (fd < 0 && Errno.Last == Errno.EINTR);
            return fd >= 0 ? fd : throw SyscallException.Last("open");
        }
    }

    /// <summary>Reads from a place in a file, without moving in it; 0 at and after its end.</summary>
    internal static int ReadAt(int fd, Span<byte> buffer, long offset)
    {
        fixed (byte* start = buffer)
        {
            nint count;
            do
                count = pread(fd, start, (nuint)buffer.Length, offset);
            while (count < 0 && Errno.Last == Errno.EINTR);
            return count >= 0 ? (int)count : throw SyscallException.Last("pread");
        }
    }

    internal static void Close(int fd) => _ = close(fd); // after EINTR the descriptor is closed on Linux

    /// <summary>The number of bytes read, 0 at the end, <see cref="WouldBlock"/> when there is nothing yet.</summary>
    internal static int Read(int fd, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
            while (true)
            {
                var count = read(fd, start, (nuint)buffer.Length);
                if (count >= 0)
                    return (int)count;
                switch (Errno.Last)
                {
                    case Errno.EINTR:
                        continue;
                    case Errno.EAGAIN:
                        return WouldBlock;
                    case Errno.EIO: // a terminal whose other side is gone
                        return 0;
                    default:
                        throw SyscallException.Last("read");
                }
            }
    }

    /// <summary>The number of bytes written, perhaps not all, or <see cref="WouldBlock"/> on a non-blocking descriptor.</summary>
    internal static int Write(int fd, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            nint count;
            do
                count = write(fd, start, (nuint)bytes.Length);
            while (count < 0 && Errno.Last == Errno.EINTR);
            return Written(count, "write");
        }
    }

    /// <summary>Writes everything, waiting as long as it takes; what cannot be written is nobody's to hear of.</summary>
    internal static void WriteAll(int fd, ReadOnlySpan<byte> bytes)
    {
        try
        {
            while (bytes.Length > 0 && Write(fd, bytes) is > 0 and var count)
                bytes = bytes[count..];
        }
        catch (SyscallException)
        {
            // A closed stderr: there is no place left to say it.
        }
    }

    /// <summary>
    /// Writes without waiting although the descriptor itself is a blocking one that we share with others. Kernels before 6.4 refuse
    /// this on a pipe, and every kernel on a terminal, with EOPNOTSUPP.
    /// </summary>
    internal static int WriteNoWait(int fd, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            var vector = new iovec { iov_base = start, iov_len = (nuint)bytes.Length };
            nint count;
            do
                count = pwritev2(fd, &vector, 1, -1, RWF_NOWAIT);
            while (count < 0 && Errno.Last == Errno.EINTR);
            return Written(count, "pwritev2");
        }
    }

    /// <summary>Sends on a socket without waiting and without SIGPIPE.</summary>
    internal static int Send(int fd, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            nint count;
            do
                count = send(fd, start, (nuint)bytes.Length, MSG_DONTWAIT | MSG_NOSIGNAL);
            while (count < 0 && Errno.Last == Errno.EINTR);
            return Written(count, "send");
        }
    }

    private static int Written(nint count, string call) => count >= 0
        ? (int)count
        : Errno.Last == Errno.EAGAIN ? WouldBlock : throw SyscallException.Last(call);

    /// <summary>Whether a write of up to PIPE_BUF bytes to a pipe would not wait now.</summary>
    internal static bool IsWritable(int fd)
    {
        var entry = new pollfd { fd = fd, events = POLLOUT };
        return poll(&entry, 1, 0) > 0;
    }

    /// <summary>
    /// Waits until one of these can be read or has ended, and gives the position of the first, or -1 when none was in time; a negative
    /// one is left out.
    /// </summary>
    internal static int WaitReadable(ReadOnlySpan<int> fds, TimeSpan? timeout = null)
    {
        var entries = stackalloc pollfd[fds.Length];
        for (var i = 0; i < fds.Length; i++)
            entries[i] = new pollfd { fd = fds[i], events = POLLIN };
        while (poll(entries, (nuint)fds.Length, (int)(timeout?.TotalMilliseconds ?? -1)) < 0)
            if (Errno.Last != Errno.EINTR)
                throw SyscallException.Last("poll");
        for (var i = 0; i < fds.Length; i++)
            if (entries[i].revents != 0)
                return i;
        return -1;
    }

    internal static FileKind KindOf(int fd)
    {
        byte empty = 0;
        statx_t status;
        return statx(fd, &empty, AT_EMPTY_PATH, STATX_TYPE, &status) < 0 ? FileKind.Missing : KindOf(status.stx_mode, fd);
    }

    internal static FileKind KindOf(int mode, int fd) => (mode & S_IFMT) switch
    {
        S_IFREG => FileKind.Regular,
        S_IFDIR => FileKind.Directory,
        S_IFIFO => FileKind.Pipe,
        S_IFSOCK => FileKind.Socket,
        S_IFLNK => FileKind.Link,
        S_IFCHR when fd >= 0 && isatty(fd) == 1 => FileKind.Terminal,
        _ => FileKind.Other,
    };


    internal static FileIdentity? Identity(int fd)
    {
        byte empty = 0;
        statx_t status;
        return statx(fd, &empty, AT_EMPTY_PATH, STATX_INO, &status) < 0
            ? null
            : new FileIdentity(status.stx_dev_major, status.stx_dev_minor, status.stx_ino);
    }


    internal static long Size(int fd)
    {
        byte empty = 0;
        statx_t status;
        return statx(fd, &empty, AT_EMPTY_PATH, STATX_SIZE, &status) < 0 ? throw SyscallException.Last("statx") : (long)status.stx_size;
    }

    /// <summary>Where the last read or write ended. After an appending write that is the file's size, for a third of the cost.</summary>
    internal static long Position(int fd) => lseek(fd, 0, SEEK_CUR);

    /// <summary>Empties a file.</summary>
    internal static void Truncate(int fd)
    {
        if (ftruncate(fd, 0) < 0)
            throw SyscallException.Last("ftruncate");
    }

    internal static void Duplicate(int fd, int onto)
    {
        if (dup2(fd, onto) < 0)
            throw SyscallException.Last("dup2");
    }

    /// <summary>Makes a user the owner of what is behind a descriptor, if we may.</summary>
    internal static void GiveTo(int fd, uint uid) => _ = fchown(fd, uid, uint.MaxValue);


    /// <summary>
    /// Leads each of 0, 1 and 2 that is closed to /dev/null: the next descriptor we open would become our stdout otherwise.
    /// </summary>
    internal static void EnsureStandard()
    {
        for (var fd = 0; fd <= 2; fd++)
            if (!IsOpen(fd))
                fixed (byte* nowhere = "/dev/null\0"u8)
                    _ = open(nowhere, O_RDWR, 0); // the lowest free number, which is this one
    }

    internal static void SetCloseOnExec(int fd, bool closes)
    {
        if (fcntl(fd, F_SETFD, closes ? FD_CLOEXEC : 0) < 0)
            throw SyscallException.Last("fcntl");
    }

    internal static void SetNonBlocking(int fd)
    {
        var flags = fcntl(fd, F_GETFL, 0);
        if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
            throw SyscallException.Last("fcntl");
    }

    internal static bool IsOpen(int fd) => fcntl(fd, F_GETFD, 0) >= 0;
}
