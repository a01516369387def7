using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using static Init.Native.Libc;

namespace Init.Os;

/// <summary>Verbs over stream sockets of our own making, which block.</summary>
internal static unsafe class StreamSockets
{
    /// <exception cref="SyscallException">With connect's errno: ENOENT, ECONNREFUSED, EACCES.</exception>
    internal static int ConnectUnix(string path)
    {
        var name = PosixText.Bytes(path);
        var address = new sockaddr_un { sun_family = AF_UNIX };
        if (name.Length >= sockaddr_un.PathLength)
            throw new SyscallException("connect", Errno.ENAMETOOLONG);
        name.CopyTo(new Span<byte>(address.sun_path, sockaddr_un.PathLength));
        return Connect(AF_UNIX, &address, (uint)sizeof(sockaddr_un));
    }

    /// <summary>Connects to the first address of a host that answers; the last one's error is thrown.</summary>
    /// <exception cref="NameLookupException">There is no such host.</exception>
    /// <exception cref="SyscallException">With connect's errno.</exception>
    internal static int ConnectInet(string host, int port)
    {
        // Without this a static glibc would load shared modules for what /etc/nsswitch.conf names, and crash.
        fixed (byte* database = "hosts\0"u8, services = "files dns\0"u8)
            _ = __nss_configure_lookup(database, services);
        var hints = new addrinfo { ai_socktype = SOCK_STREAM };
        addrinfo* addresses;
        int result;
        fixed (byte* node = PosixText.Encode(host), service = Encoding.ASCII.GetBytes(port.ToString(CultureInfo.InvariantCulture) + "\0"))
            result = getaddrinfo(node, service, &hints, &addresses);
        if (result != 0)
            throw new NameLookupException(result, Marshal.PtrToStringUTF8((nint)gai_strerror(result)) ?? "");
        try
        {
            for (var address = addresses; ; address = address->ai_next)
                try
                {
                    return Connect(address->ai_family, address->ai_addr, address->ai_addrlen);
                }
                catch (SyscallException) when (address->ai_next != null)
                {
                    // The next one may answer: `localhost` is ::1 first, where few listen.
                }
        }
        finally
        {
            freeaddrinfo(addresses);
        }
    }

    /// <summary>Sends everything, waiting as long as it takes, without SIGPIPE.</summary>
    internal static void SendAll(int fd, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
            fixed (byte* start = bytes)
            {
                var count = send(fd, start, (nuint)bytes.Length, MSG_NOSIGNAL);
                if (count >= 0)
                    bytes = bytes[(int)count..];
                else if (Errno.Last != Errno.EINTR)
                    throw SyscallException.Last("send");
            }
    }

    private static int Connect(int family, void* address, uint length)
    {
        var fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0)
            throw SyscallException.Last("socket");
        if (connect(fd, address, length) == 0)
            return fd;
        var failure = SyscallException.Last("connect");
        Descriptors.Close(fd);
        throw failure;
    }
}
