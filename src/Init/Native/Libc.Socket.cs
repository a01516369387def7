using System.Runtime.InteropServices;

namespace Init.Native;

// sys/socket.h, sys/un.h.
internal static unsafe partial class Libc
{
    internal const int AF_UNIX = 1;
    internal const int SOCK_STREAM = 1;
    internal const int SOCK_DGRAM = 2;
    internal const int SOCK_NONBLOCK = 0x800;
    internal const int SOCK_CLOEXEC = 0x80000;
    internal const int MSG_DONTWAIT = 0x40;
    internal const int MSG_NOSIGNAL = 0x4000;

    [StructLayout(LayoutKind.Sequential)]
    internal struct sockaddr_un
    {
        public const int PathLength = 108;
        public ushort sun_family;
        public fixed byte sun_path[PathLength];
    }

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int socket(int domain, int type, int protocol);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int connect(int sockfd, sockaddr_un* addr, uint addrlen);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial nint send(int sockfd, void* buf, nuint len, int flags);
}
