using System.Buffers.Binary;
using System.Runtime.InteropServices;
using static Init.Native.Libc;

namespace Init.Os;

[Flags]
internal enum Readiness
{
    None = 0,
    Readable = 1,
    Writable = 2,

    /// <summary>The other side is gone or in error; always reported, never asked for.</summary>
    HungUp = 4,
}

/// <summary>epoll: many descriptors, one wait. Level-triggered.</summary>
internal sealed unsafe class Epoll : IDisposable
{
    private const int Batch = 128;

    // struct epoll_event is packed on x86-64: uint32 events, uint64 data without a gap.
    private static readonly int _dataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int _eventSize = _dataOffset + 8;

    private readonly int _fd;
    private readonly byte[] _events = GC.AllocateArray<byte>(Batch * 16, pinned: true);

    internal Epoll() => _fd = epoll_create1(EPOLL_CLOEXEC) is >= 0 and var fd ? fd : throw SyscallException.Last("epoll_create1");

    /// <exception cref="SyscallException">EPERM for a file that cannot be polled because it is always ready: a regular one, /dev/null.</exception>
    internal void Add(int fd, Readiness interest, ulong data) => Control(EPOLL_CTL_ADD, fd, interest, data);

    /// <summary>Whatever the kernel says: a descriptor that is closed next, as each is, is not watched any more.</summary>
    internal void Remove(int fd) => _ = TryControl(EPOLL_CTL_DEL, fd, Readiness.None, 0);

    private void Control(int operation, int fd, Readiness interest, ulong data)
    {
        if (!TryControl(operation, fd, interest, data))
            throw SyscallException.Last("epoll_ctl");
    }

    private bool TryControl(int operation, int fd, Readiness interest, ulong data)
    {
        var entry = stackalloc byte[16];
        var events = (interest.HasFlag(Readiness.Readable) ? EPOLLIN : 0) | (interest.HasFlag(Readiness.Writable) ? EPOLLOUT : 0);
        BinaryPrimitives.WriteUInt32LittleEndian(new Span<byte>(entry, 4), events);
        BinaryPrimitives.WriteUInt64LittleEndian(new Span<byte>(entry + _dataOffset, 8), data);
        return epoll_ctl(_fd, operation, fd, entry) == 0;
    }

    /// <summary>Waits at most that many milliseconds (-1: without end) and returns how many descriptors are ready.</summary>
    internal int Wait(int milliseconds)
    {
        fixed (byte* events = _events)
            return epoll_wait(_fd, events, Batch, milliseconds) is >= 0 and var count
                ? count
                : Errno.Last == Errno.EINTR ? 0 : throw SyscallException.Last("epoll_wait");
    }

    /// <summary>The n-th ready descriptor of the last wait.</summary>
    internal (ulong Data, Readiness Readiness) this[int n]
    {
        get
        {
            var entry = _events.AsSpan(n * _eventSize, _eventSize);
            var events = BinaryPrimitives.ReadUInt32LittleEndian(entry);
            var readiness = ((events & EPOLLIN) != 0 ? Readiness.Readable : 0)
                | ((events & EPOLLOUT) != 0 ? Readiness.Writable : 0)
                | ((events & (EPOLLHUP | EPOLLERR)) != 0 ? Readiness.HungUp : 0);
            return (BinaryPrimitives.ReadUInt64LittleEndian(entry[_dataOffset..]), readiness);
        }
    }

    public void Dispose() => Descriptors.Close(_fd);
}
