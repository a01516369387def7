using static Init.Native.Libc;

namespace Init.Os;

/// <summary>The controlling terminal.</summary>
internal static unsafe class Terminal
{
    /// <summary>Gives up the controlling terminal behind stdin, so that a child's session can have it.</summary>
    /// <returns>Whether we led the session that lost it: the kernel then sends SIGHUP and SIGCONT.</returns>
    internal static bool GiveUp() => ioctl(0, TIOCNOTTY, 0) == 0 && getsid(0) == getpid();
}
