using System.Buffers.Binary;
using static Init.Native.Libc;

namespace Init.Os;

/// <summary>A signalfd: blocked signals, read in order of arrival. The signals must be blocked in every thread.</summary>
internal sealed unsafe class SignalQueue : IDisposable
{
    // Places in struct signalfd_siginfo.
    private const int Code = 8;
    private const int Pid = 12;
    private const int Value = 44;
    private const int SentByQueue = -1; // SI_QUEUE

    private readonly byte[] _buffer = new byte[16 * SizeOfSignalfdSiginfo];

    internal SignalQueue(IEnumerable<int> signals)
    {
        var set = SignalMask.ToSet(signals);
        Descriptor = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK) is >= 0 and var fd ? fd : throw SyscallException.Last("signalfd");
    }

    internal int Descriptor { get; }

    /// <summary>Adds every signal that waits to the list.</summary>
    internal void Drain(List<int> signals)
    {
        int count;
        while ((count = Descriptors.Read(Descriptor, _buffer)) > 0)
            for (var offset = 0; offset < count; offset += SizeOfSignalfdSiginfo)
                signals.Add(SignalOf(_buffer.AsSpan(offset, SizeOfSignalfdSiginfo)));
    }

    /// <summary>34 cannot wait in the queue, since the runtime uses it: it comes as 35, sent by ourselves with 34 as its value (start.c).</summary>
    private static int SignalOf(ReadOnlySpan<byte> info)
    {
        var signal = BinaryPrimitives.ReadInt32LittleEndian(info);
        return signal == Signals.SIGRTMIN + 1
            && BinaryPrimitives.ReadInt32LittleEndian(info[Code..]) == SentByQueue
            && BinaryPrimitives.ReadInt32LittleEndian(info[Pid..]) == Children.OwnPid
            && BinaryPrimitives.ReadInt32LittleEndian(info[Value..]) == Signals.SIGRTMIN
                ? Signals.SIGRTMIN
                : signal;
    }

    /// <summary>Waits until a signal has come, and adds it and all others that wait to the list.</summary>
    internal void Wait(List<int> signals)
    {
        var entry = new pollfd { fd = Descriptor, events = POLLIN };
        if (poll(&entry, 1, -1) < 0 && Errno.Last != Errno.EINTR)
            throw SyscallException.Last("poll");
        Drain(signals);
    }

    public void Dispose() => Descriptors.Close(Descriptor);
}
