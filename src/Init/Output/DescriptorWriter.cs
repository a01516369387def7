using Init.Os;

namespace Init.Output;

/// <summary>
/// Writes to a descriptor without ever waiting for its other side, whatever is behind it, and without changing flags that we share
/// with other processes.
/// </summary>
internal sealed class DescriptorWriter
{
    /// <summary>POSIX's PIPE_BUF on Linux: what a pipe that polls as writable takes without waiting.</summary>
    private const int PipeBuf = 4096;

    private Way _way;

    private enum Way
    {
        /// <summary>A regular file, a device that always takes what it gets, or a description of our own that does not block.</summary>
        Plain,

        /// <summary>A shared pipe that we may not open anew, on Linux 6.4 or later.</summary>
        NoWait,
        Socket,

        /// <summary>What is left: ask, then write no more than the answer covers.</summary>
        AskFirst,
    }

    private DescriptorWriter(int fd, Way way)
    {
        Descriptor = fd;
        _way = way;
    }

    /// <summary>Where to write and what to poll; for a pipe or a terminal this is usually not the descriptor we were given.</summary>
    internal int Descriptor { get; }

    /// <summary>A descriptor that came with us and that others may hold too.</summary>
    /// <param name="noWait">Whether to try what only Linux 6.4 and later can do with a pipe.</param>
    internal static DescriptorWriter Shared(int fd, bool noWait = true) => Descriptors.KindOf(fd) switch
    {
        FileKind.Pipe => noWait ? Pipe(fd) : new(fd, Way.AskFirst),
        FileKind.Socket => new(fd, Way.Socket),
        FileKind.Terminal => Terminal(fd),
        _ => new(fd, Way.Plain),
    };

    /// <summary>A descriptor that we opened ourselves with O_NONBLOCK.</summary>
    internal static DescriptorWriter Own(int fd) => new(fd, Way.Plain);

    /// <summary>
    /// A description of our own is the best way on every kernel. It takes being the pipe's owner, as runc makes the container's user.
    /// </summary>
    private static DescriptorWriter Pipe(int fd)
    {
        try
        {
            var own = OutputDescriptors.ReopenNonBlocking(fd);
            OutputDescriptors.Enlarge(own);
            return new(own, Way.Plain);
        }
        catch (SyscallException)
        {
            return new(fd, Way.NoWait);
        }
    }

    private static DescriptorWriter Terminal(int fd)
    {
        try
        {
            return new(OutputDescriptors.ReopenNonBlocking(fd), Way.Plain);
        }
        catch (SyscallException) when (Children.OwnPid != 1)
        {
            return new(fd, Way.AskFirst);
        }
        catch (SyscallException)
        {
            Descriptors.SetNonBlocking(fd); // PID 1's terminal is the container's: no shell shares it
            return new(fd, Way.Plain);
        }
    }

    /// <summary>The number of bytes taken, perhaps not all, or <see cref="Descriptors.WouldBlock"/>.</summary>
    /// <exception cref="SyscallException">EPIPE, EBADF, ENOSPC and the like.</exception>
    internal int Write(ReadOnlySpan<byte> bytes)
    {
        if (_way == Way.NoWait)
            try
            {
                return Descriptors.WriteNoWait(Descriptor, bytes);
            }
            catch (SyscallException e) when (e.Errno == Errno.EOPNOTSUPP || Errno.MeansUnknown(e.Errno))
            {
                _way = Way.AskFirst; // Linux before 6.4, or a filter before it
            }
        return _way switch
        {
            Way.Plain => Descriptors.Write(Descriptor, bytes),
            Way.Socket => Descriptors.Send(Descriptor, bytes),
            _ when Descriptors.IsWritable(Descriptor) => Descriptors.Write(Descriptor, bytes[..Math.Min(bytes.Length, PipeBuf)]),
            _ => Descriptors.WouldBlock,
        };
    }
}
