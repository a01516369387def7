using System.Runtime.InteropServices;

namespace Init.Native;

// unistd.h, grp.h, sys/resource.h, sys/prctl.h, sys/stat.h: what a process is allowed and what it inherits.
internal static unsafe partial class Libc
{
    internal const int RLIMIT_CORE = 4;
    internal const int RLIMIT_NPROC = 6;
    internal const int RLIMIT_NOFILE = 7;
    internal const int RLIMIT_AS = 9;
    internal const int RLIMIT_RTTIME = 15;
    internal const ulong RLIM_INFINITY = ulong.MaxValue;
    internal const int PR_SET_PDEATHSIG = 1;
    internal const int PR_SET_NAME = 15;
    internal const int PR_SET_CHILD_SUBREAPER = 36;

    [StructLayout(LayoutKind.Sequential)]
    internal struct rlimit
    {
        public ulong rlim_cur;
        public ulong rlim_max;
    }

    [LibraryImport(LibraryName)]
    internal static partial uint getuid();

    [LibraryImport(LibraryName)]
    internal static partial uint getgid();

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int setgroups(nuint size, uint* list);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int setgid(uint gid);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int setuid(uint uid);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int getrlimit(int resource, rlimit* rlim);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int setrlimit(int resource, rlimit* rlim);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int prctl(int option, nuint arg2, nuint arg3, nuint arg4, nuint arg5);

    [LibraryImport(LibraryName)]
    internal static partial uint umask(uint mask);
}
