using static Init.Native.Libc;

namespace Init.Os;

/// <summary>An eventfd: any thread signals it, one waits for it.</summary>
internal sealed unsafe class EventCounter : IDisposable
{
    internal EventCounter() => Descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK) is >= 0 and var fd ? fd : throw SyscallException.Last("eventfd");

    internal int Descriptor { get; }

    internal void Signal()
    {
        ulong one = 1;
        _ = write(Descriptor, &one, sizeof(ulong)); // EAGAIN: it is signalled already
    }

    internal void Clear()
    {
        ulong count;
        _ = read(Descriptor, &count, sizeof(ulong)); // EAGAIN: nothing to clear
    }

    public void Dispose() => Descriptors.Close(Descriptor);
}
