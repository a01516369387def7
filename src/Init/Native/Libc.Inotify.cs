using System.Runtime.InteropServices;

namespace Init.Native;

// sys/inotify.h.
internal static unsafe partial class Libc
{
    internal const int IN_NONBLOCK = 0x800;
    internal const int IN_CLOEXEC = 0x80000;
    internal const uint IN_MODIFY = 0x2;
    internal const uint IN_ATTRIB = 0x4;
    internal const uint IN_MOVE_SELF = 0x800;
    internal const uint IN_DELETE_SELF = 0x400;
    internal const uint IN_MOVED_TO = 0x80;
    internal const uint IN_CREATE = 0x100;
    internal const uint IN_ONLYDIR = 0x1000000;
    internal const uint IN_Q_OVERFLOW = 0x4000;
    internal const uint IN_IGNORED = 0x8000;

    // Followed by len bytes of a name, of none for a file.
    [StructLayout(LayoutKind.Sequential)]
    internal struct inotify_event
    {
        public int wd;
        public uint mask;
        public uint cookie;
        public uint len;
    }

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int inotify_init1(int flags);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int inotify_add_watch(int fd, byte* pathname, uint mask);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int inotify_rm_watch(int fd, int wd);
}
