using System.Text;
using static Init.Native.Libc;

namespace Init.Os;

/// <summary>
/// One process that need not be our child, and stays the one it is: a pidfd, or, where the kernel has none (before 5.3), its pid and the
/// time of its start.
/// </summary>
internal sealed class ProcessHandle : IDisposable
{
    private ProcessHandle(int pid, int descriptor, TimeSpan started) => (Pid, Descriptor, Started) = (pid, descriptor, started);

    internal int Pid { get; }

    /// <summary>When it was started, as time since the machine was.</summary>
    internal TimeSpan Started { get; }

    /// <summary>Of the file that it executes, shortened by the kernel.</summary>
    internal string Name
    {
        get
        {
            Span<byte> name = stackalloc byte[64];
            return Encoding.UTF8.GetString(name[..ProcFiles.Read(Pid, "comm"u8, name)]).TrimEnd('\n');
        }
    }

    /// <summary>Readable when it has ended; -1 when the kernel cannot tell.</summary>
    internal int Descriptor { get; private set; }

    /// <summary>Null when there is none, or it has ended already.</summary>
    internal static ProcessHandle? Open(int pid)
    {
        var descriptor = (int)syscall(SYS_pidfd_open, pid, 0, 0, 0);
        if (descriptor < 0 && Errno.Last == Errno.ESRCH)
            return null;
        if (ProcessStat.TryRead(pid, out var process) && !process.IsDead)
            return new ProcessHandle(pid, descriptor, process.Started);
        if (descriptor >= 0)
            Descriptors.Close(descriptor);
        return null;
    }

    /// <summary>Sends a signal, 0 to see whether it is there. Returns 0 or the errno.</summary>
    internal int Signal(int signal)
    {
        if (Descriptor >= 0)
        {
            var errno = syscall(SYS_pidfd_send_signal, Descriptor, signal, 0, 0) == 0 ? 0 : Errno.Last;
            if (!Errno.MeansUnknown(errno))
                return errno;
        }
        return ProcessStat.TryRead(Pid, out var process) && process.Started == Started ? Children.Signal(Pid, signal) : Errno.ESRCH;
    }

    public void Dispose()
    {
        if (Descriptor >= 0)
            Descriptors.Close(Descriptor);
        Descriptor = -1;
    }
}
