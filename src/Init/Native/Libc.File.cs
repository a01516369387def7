using System.Runtime.InteropServices;

namespace Init.Native;

// fcntl.h, unistd.h, stdio.h, sys/stat.h, sys/uio.h: descriptors and the files behind them.
internal static unsafe partial class Libc
{
    internal const int O_RDONLY = 0;
    internal const int SEEK_CUR = 1;
    internal const int O_WRONLY = 1;
    internal const int O_RDWR = 2;
    internal const int O_CREAT = 0x40;
    internal const int O_EXCL = 0x80;
    internal const int O_NOCTTY = 0x100;
    internal const int O_TRUNC = 0x200;
    internal const int O_APPEND = 0x400;
    internal const int O_NONBLOCK = 0x800;
    internal const int O_CLOEXEC = 0x80000;
    internal const int F_GETFD = 1;
    internal const int F_SETFD = 2;
    internal const int F_GETFL = 3;
    internal const int F_SETFL = 4;
    internal const int F_SETPIPE_SZ = 1031;
    internal const int F_GETPIPE_SZ = 1032;
    internal const int FD_CLOEXEC = 1;
    internal const int RWF_NOWAIT = 8;
    internal const int X_OK = 1;
    internal const int W_OK = 2;
    internal const int S_IFMT = 0xF000;
    internal const int S_IFIFO = 0x1000;
    internal const int S_IFCHR = 0x2000;
    internal const int S_IFDIR = 0x4000;
    internal const int S_IFREG = 0x8000;
    internal const int S_IFSOCK = 0xC000;
    internal const int AT_FDCWD = -100;
    internal const int AT_EMPTY_PATH = 0x1000;
    internal const uint STATX_TYPE = 1;
    internal const uint STATX_MODE = 2;
    internal const uint STATX_NLINK = 4;
    internal const uint STATX_UID = 8;
    internal const uint STATX_MTIME = 0x40;
    internal const uint STATX_INO = 0x100;
    internal const uint STATX_SIZE = 0x200;

    [StructLayout(LayoutKind.Sequential)]
    internal struct iovec
    {
        public void* iov_base;
        public nuint iov_len;
    }

    // statx is laid out alike on every architecture; struct stat is not.
    [StructLayout(LayoutKind.Sequential, Size = 256)]
    internal struct statx_t
    {
        public uint stx_mask;
        public uint stx_blksize;
        public ulong stx_attributes;
        public uint stx_nlink;
        public uint stx_uid;
        public uint stx_gid;
        public ushort stx_mode;
        public ushort spare0;
        public ulong stx_ino;
        public ulong stx_size;
        public ulong stx_blocks;
        public ulong stx_attributes_mask;
        public fixed ulong stx_times[8];
        public uint stx_rdev_major;
        public uint stx_rdev_minor;
        public uint stx_dev_major;
        public uint stx_dev_minor;
    }

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int open(byte* pathname, int flags, uint mode);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int close(int fd);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial nint read(int fd, void* buf, nuint count);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial nint write(int fd, void* buf, nuint count);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial nint pwritev2(int fd, iovec* iov, int iovcnt, long offset, int flags);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial long lseek(int fd, long offset, int whence);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int pipe2(int* pipefd, int flags);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int dup2(int oldfd, int newfd);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int fcntl(int fd, int cmd, nint arg);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int statx(int dirfd, byte* pathname, int flags, uint mask, statx_t* statxbuf);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int fchown(int fd, uint owner, uint group);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial nint pread(int fd, void* buf, nuint count, long offset);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int access(byte* pathname, int mode);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int chdir(byte* path);

    [LibraryImport(LibraryName)]
    internal static partial int isatty(int fd);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int ioctl(int fd, nuint request, nint arg);

    internal const nuint TIOCNOTTY = 0x5422;
}
