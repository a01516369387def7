using static Init.Native.Libc;

namespace Init.Os;

/// <summary>
/// One process that need not be our child, and stays the one it is: a pidfd, or, where the kernel has none (before 5.3), its pid and the
/// time of its start.
/// </summary>
internal sealed class ProcessHandle : IDisposable
{
    private ProcessHandle(int pid, int descriptor, ProcessEntry entry) => (Pid, Descriptor, Entry) = (pid, descriptor, entry);

    internal int Pid { get; }

    /// <summary>What it was when it was opened.</summary>
    internal ProcessEntry Entry { get; }

    /// <summary>Readable when it has ended; -1 when the kernel cannot tell.</summary>
    internal int Descriptor { get; private set; }

    /// <summary>Null when there is none, or it has ended already.</summary>
    internal static ProcessHandle? Open(int pid)
    {
        var descriptor = (int)syscall(SYS_pidfd_open, pid, 0, 0, 0);
        if (descriptor < 0 && Errno.Last == Errno.ESRCH)
            return null;
        if (ProcessTree.Read(pid) is { } entry)
            return new ProcessHandle(pid, descriptor, entry);
        if (descriptor >= 0)
            Descriptors.Close(descriptor);
        return null;
    }

    /// <summary>Sends a signal, 0 to see whether it is there. Returns 0 or the errno.</summary>
    internal int Signal(int signal)
    {
        if (Descriptor >= 0)
            return syscall(SYS_pidfd_send_signal, Descriptor, signal, 0, 0) == 0 ? 0 : Errno.Last;
        return ProcessTree.Read(Pid)?.Start == Entry.Start ? Children.Signal(Pid, signal) : Errno.ESRCH;
    }

    public void Dispose()
    {
        if (Descriptor >= 0)
            Descriptors.Close(Descriptor);
        Descriptor = -1;
    }
}
