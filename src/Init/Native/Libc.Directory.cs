using System.Runtime.InteropServices;

namespace Init.Native;

// fcntl.h, unistd.h, stdio.h, sys/stat.h, sys/statfs.h: names in a directory that is held open.
internal static unsafe partial class Libc
{
    internal const int O_PATH = 0x200000;
    internal const int S_IFLNK = 0xA000;
    internal const int AT_SYMLINK_NOFOLLOW = 0x100;
    internal const int AT_REMOVEDIR = 0x200;
    internal const uint RENAME_NOREPLACE = 1;
    internal const long PROC_SUPER_MAGIC = 0x9FA0;

    // The two flags that differ.
    internal static readonly int O_DIRECTORY = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;
    internal static readonly int O_NOFOLLOW = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int openat(int dirfd, byte* pathname, int flags, uint mode);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial nint readlinkat(int dirfd, byte* pathname, byte* buf, nuint bufsiz);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int unlinkat(int dirfd, byte* pathname, int flags);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int mkdirat(int dirfd, byte* pathname, uint mode);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int linkat(int olddirfd, byte* oldpath, int newdirfd, byte* newpath, int flags);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int renameat(int olddirfd, byte* oldpath, int newdirfd, byte* newpath);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int renameat2(int olddirfd, byte* oldpath, int newdirfd, byte* newpath, uint flags);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int fchmodat(int dirfd, byte* pathname, uint mode, int flags);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int fchownat(int dirfd, byte* pathname, uint owner, uint group, int flags);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int ftruncate(int fd, long length);

    // Of its struct, only the first member is read: f_type, a long on both architectures.
    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int fstatfs(int fd, void* buf);
}
