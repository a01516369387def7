using static Init.Native.Libc;

namespace Init.Os;

/// <summary>Verbs over processes: waiting, signalling, adopting.</summary>
internal static unsafe class Children
{
    /// <summary>Takes one dead child's status; false when none is waiting or there is no child at all.</summary>
    internal static bool TryReap(out int pid, out WaitStatus status) => TryReap(out pid, out status, out _);

    /// <param name="hasChildren">Whether any child is left to wait for, dead or alive.</param>
    internal static bool TryReap(out int pid, out WaitStatus status, out bool hasChildren)
    {
        int raw = 0;
        do
            pid = waitpid(-1, &raw, WNOHANG);
        while (pid < 0 && Errno.Last == Errno.EINTR);
        status = new WaitStatus(raw);
        hasChildren = pid >= 0;
        return pid > 0;
    }

    /// <summary>Sends a signal; a negative pid means a process group. Returns 0 or the errno.</summary>
    internal static int Signal(int pid, int signal) => kill(pid, signal) == 0 ? 0 : Errno.Last;

    /// <summary>Orphans below us become our children, as they do below PID 1.</summary>
    internal static void BecomeSubreaper()
    {
        if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
            throw SyscallException.Last("prctl");
    }

    /// <summary>The signal we get when our own parent dies.</summary>
    internal static void SetParentDeathSignal(int signal)
    {
        if (prctl(PR_SET_PDEATHSIG, (nuint)signal, 0, 0, 0) < 0)
            throw SyscallException.Last("prctl");
    }

    internal static int OwnPid { get; } = getpid();
}
