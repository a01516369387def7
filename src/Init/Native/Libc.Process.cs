using System.Runtime.InteropServices;

namespace Init.Native;

// unistd.h, sys/wait.h, spawn.h: processes made, replaced and waited for.
internal static unsafe partial class Libc
{
    internal const int WNOHANG = 1;
    internal const int WEXITED = 4;
    internal const int WNOWAIT = 0x01000000;
    internal const int P_ALL = 0;
    internal const int RUSAGE_SELF = 0;
    internal const short POSIX_SPAWN_SETPGROUP = 0x02;
    internal const short POSIX_SPAWN_SETSIGDEF = 0x04;
    internal const short POSIX_SPAWN_SETSIGMASK = 0x08;
    internal const short POSIX_SPAWN_SETSID = 0x80;

    // glibc's own sizes are 336 and 80 bytes on 64-bit Linux; the rest is room.
    [StructLayout(LayoutKind.Sequential, Size = 512)]
    internal struct posix_spawnattr_t;

    [StructLayout(LayoutKind.Sequential, Size = 512)]
    internal struct posix_spawn_file_actions_t;

    [StructLayout(LayoutKind.Sequential)]
    internal struct timeval
    {
        public nint tv_sec;
        public nint tv_usec;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct rusage
    {
        public timeval ru_utime;
        public timeval ru_stime;
        public nint ru_maxrss;
        public fixed ulong ru_others[13]; // long, which has 64 bits on what we run on
    }

    // The same numbers on x86-64 and arm64. The C library has them by name from 2.36 on only.
    internal const int SYS_pidfd_send_signal = 424;
    internal const int SYS_pidfd_open = 434;

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial nint syscall(nint number, nint a, nint b, nint c, nint d);

    [LibraryImport(LibraryName)]
    internal static partial int getpid();

    [LibraryImport(LibraryName)]
    internal static partial int getppid();

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int getsid(int pid);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int setsid();

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int waitpid(int pid, int* wstatus, int options);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int wait4(int pid, int* wstatus, int options, rusage* rusage);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int getrusage(int who, rusage* usage);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int waitid(int idtype, uint id, byte* infop, int options);

    [LibraryImport(LibraryName)]
    internal static partial int posix_spawn(int* pid, byte* path, posix_spawn_file_actions_t* actions, posix_spawnattr_t* attr, byte** argv, byte** envp);

    [LibraryImport(LibraryName)]
    internal static partial int posix_spawnattr_init(posix_spawnattr_t* attr);

    [LibraryImport(LibraryName)]
    internal static partial int posix_spawnattr_destroy(posix_spawnattr_t* attr);

    [LibraryImport(LibraryName)]
    internal static partial int posix_spawnattr_setflags(posix_spawnattr_t* attr, short flags);

    [LibraryImport(LibraryName)]
    internal static partial int posix_spawnattr_setpgroup(posix_spawnattr_t* attr, int pgroup);

    [LibraryImport(LibraryName)]
    internal static partial int posix_spawnattr_setsigmask(posix_spawnattr_t* attr, sigset_t* sigmask);

    [LibraryImport(LibraryName)]
    internal static partial int posix_spawnattr_setsigdefault(posix_spawnattr_t* attr, sigset_t* sigdefault);

    [LibraryImport(LibraryName)]
    internal static partial int posix_spawn_file_actions_init(posix_spawn_file_actions_t* actions);

    [LibraryImport(LibraryName)]
    internal static partial int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t* actions);

    [LibraryImport(LibraryName)]
    internal static partial int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t* actions, int fd, int newfd);

    [LibraryImport(LibraryName)]
    internal static partial int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t* actions, int fd);

    [LibraryImport(LibraryName)]
    internal static partial int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t* actions, byte* path);

    [LibraryImport(LibraryName)]
    internal static partial int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t* actions, int from);
}
