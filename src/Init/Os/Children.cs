using static Init.Native.Libc;

namespace Init.Os;

/// <summary>Verbs over processes: waiting, signalling, adopting.</summary>
internal static unsafe class Children
{
    /// <summary>Takes one dead child's status; false when none is waiting or there is no child at all.</summary>
    internal static bool TryReap(out int pid, out WaitStatus status)
    {
        int raw = 0;
        do
            pid = waitpid(-1, &raw, WNOHANG);
        while (pid < 0 && Errno.Last == Errno.EINTR);
        status = new WaitStatus(raw);
        return pid > 0;
    }

    /// <summary>The same, and what it has used.</summary>
    internal static bool TryReap(out int pid, out WaitStatus status, out RunUsage usage)
    {
        int raw = 0;
        rusage used = default;
        do
            pid = wait4(-1, &raw, WNOHANG, &used);
        while (pid < 0 && Errno.Last == Errno.EINTR);
        status = new WaitStatus(raw);
        usage = default;
        if (pid <= 0)
            return false;
        rusage own = default;
        _ = getrusage(RUSAGE_SELF, &own);
        usage = new RunUsage(Time(used.ru_utime), Time(used.ru_stime), used.ru_maxrss * 1024L, IsBound: used.ru_maxrss <= own.ru_maxrss);
        return true;

        static TimeSpan Time(timeval time) => TimeSpan.FromSeconds(time.tv_sec) + TimeSpan.FromMicroseconds(time.tv_usec);
    }

    /// <summary>Waits for one child to end.</summary>
    internal static WaitStatus WaitFor(int pid)
    {
        int raw = 0;
        while (waitpid(pid, &raw, 0) < 0 && Errno.Last == Errno.EINTR)
        {
        }
        return new WaitStatus(raw);
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

    /// <summary>What /proc/PID/comm and ps show of us: the calling thread's name, so the main thread is to call it; 15 bytes are kept.</summary>
    internal static void NameOurselves(string name)
    {
        fixed (byte* text = PosixText.Encode(name))
            _ = prctl(PR_SET_NAME, (nuint)text, 0, 0, 0);
    }

    internal static void NewSession() => _ = setsid(); // EPERM: we lead one already

    internal static void SetUmask(int mask) => _ = umask((uint)mask);

    /// <summary>Whether any child, dead or alive, is left; takes none.</summary>
    internal static bool Any()
    {
        var information = stackalloc byte[128];
        return waitid(P_ALL, 0, information, WEXITED | WNOHANG | WNOWAIT) == 0;
    }

    internal static int OwnPid { get; } = getpid();

    internal static int ParentPid => getppid();
}
