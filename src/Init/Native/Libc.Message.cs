using System.Runtime.InteropServices;

namespace Init.Native;

// sys/socket.h: messages with what the kernel and other processes put beside them, as unix(7) has it. 64-bit layouts.
internal static unsafe partial class Libc
{
    internal const int SO_PASSCRED = 16;
    internal const int SCM_RIGHTS = 1;
    internal const int SCM_CREDENTIALS = 2;
    internal const int MSG_TRUNC = 0x20;
    internal const int MSG_CMSG_CLOEXEC = 0x40000000;

    [StructLayout(LayoutKind.Sequential)]
    internal struct msghdr
    {
        public void* msg_name;
        public uint msg_namelen;
        public iovec* msg_iov;
        public nuint msg_iovlen;
        public void* msg_control;
        public nuint msg_controllen;
        public int msg_flags;
    }

    // Followed by its data; the next one begins at a multiple of 8 bytes.
    [StructLayout(LayoutKind.Sequential)]
    internal struct cmsghdr
    {
        public nuint cmsg_len;
        public int cmsg_level;
        public int cmsg_type;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct ucred
    {
        public int pid;
        public uint uid;
        public uint gid;
    }

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial nint recvmsg(int sockfd, msghdr* msg, int flags);
}
