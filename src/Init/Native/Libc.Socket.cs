using System.Runtime.InteropServices;

namespace Init.Native;

// sys/socket.h, sys/un.h, netdb.h.
internal static unsafe partial class Libc
{
    internal const int AF_UNSPEC = 0;
    internal const int AF_UNIX = 1;
    internal const int AF_INET = 2;
    internal const int AF_INET6 = 10;
    internal const int SOCK_STREAM = 1;
    internal const int SOCK_DGRAM = 2;
    internal const int SOCK_NONBLOCK = 0x800;
    internal const int SOCK_CLOEXEC = 0x80000;
    internal const int MSG_DONTWAIT = 0x40;
    internal const int MSG_NOSIGNAL = 0x4000;
    internal const int SOL_SOCKET = 1;
    internal const int SO_REUSEADDR = 2;
    internal const int SO_ERROR = 4;
    internal const int IPPROTO_IPV6 = 41;
    internal const int IPV6_V6ONLY = 26;
    internal const int AI_PASSIVE = 1;
    internal const int AI_NUMERICHOST = 4;

    [StructLayout(LayoutKind.Sequential)]
    internal struct sockaddr_un
    {
        public const int PathLength = 108;
        public ushort sun_family;
        public fixed byte sun_path[PathLength];
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct addrinfo
    {
        public int ai_flags;
        public int ai_family;
        public int ai_socktype;
        public int ai_protocol;
        public uint ai_addrlen;
        public void* ai_addr;
        public byte* ai_canonname;
        public addrinfo* ai_next;
    }

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int socket(int domain, int type, int protocol);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int connect(int sockfd, void* addr, uint addrlen);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int bind(int sockfd, void* addr, uint addrlen);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int listen(int sockfd, int backlog);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int setsockopt(int sockfd, int level, int optname, void* optval, uint optlen);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int getsockopt(int sockfd, int level, int optname, void* optval, uint* optlen);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int getsockname(int sockfd, void* addr, uint* addrlen);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int getpeername(int sockfd, void* addr, uint* addrlen);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial nint send(int sockfd, void* buf, nuint len, int flags);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int getaddrinfo(byte* node, byte* service, addrinfo* hints, addrinfo** res);

    [LibraryImport(LibraryName)]
    internal static partial void freeaddrinfo(addrinfo* res);

    [LibraryImport(LibraryName)]
    internal static partial byte* gai_strerror(int errcode);

    // glibc's own: which databases a kind of name is looked up in, instead of what /etc/nsswitch.conf says.
    [LibraryImport(LibraryName)]
    internal static partial int __nss_configure_lookup(byte* dbname, byte* service_line);
}
