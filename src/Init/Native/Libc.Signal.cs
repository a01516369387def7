using System.Runtime.InteropServices;

namespace Init.Native;

// signal.h, sys/signalfd.h.
internal static unsafe partial class Libc
{
    internal const int SIG_BLOCK = 0;
    internal const int SIG_UNBLOCK = 1;
    internal const int SIG_SETMASK = 2;
    internal const nint SIG_DFL = 0;
    internal const nint SIG_IGN = 1;
    internal const int SFD_NONBLOCK = 0x800;
    internal const int SFD_CLOEXEC = 0x80000;
    internal const int SizeOfSignalfdSiginfo = 128;

    // glibc's set has 1024 bits; the kernel knows the first 64.
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    internal struct sigset_t
    {
        public ulong bits;
    }

    [LibraryImport(LibraryName)]
    internal static partial int pthread_sigmask(int how, sigset_t* set, sigset_t* oldset);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial nint signal(int signum, nint handler);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int signalfd(int fd, sigset_t* mask, int flags);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int kill(int pid, int sig);
}
