using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using static Init.Native.Libc;

namespace Init.Os;

/// <summary>Verbs over stream sockets: connected ones block, listening ones do not unless it is asked for.</summary>
internal static unsafe partial class StreamSockets
{
    /// <exception cref="SyscallException">With connect's errno: ENOENT, ECONNREFUSED, EACCES.</exception>
    /// <param name="wait">Otherwise EAGAIN when whoever listens there has too many to accept already.</param>
    internal static int ConnectUnix(string path, bool wait = true)
    {
        var address = UnixAddress(path, "connect");
        return Connect(AF_UNIX, &address, (uint)sizeof(sockaddr_un), wait ? 0 : SOCK_NONBLOCK);
    }

    private static sockaddr_un UnixAddress(string path, string call)
    {
        var name = PosixText.Bytes(path);
        var address = new sockaddr_un { sun_family = AF_UNIX };
        if (name.Length >= sockaddr_un.PathLength)
            throw new SyscallException(call, Errno.ENAMETOOLONG);
        name.CopyTo(new Span<byte>(address.sun_path, sockaddr_un.PathLength));
        return address;
    }

    /// <summary>Connects to the first address of a host that answers; the last one's error is thrown.</summary>
    /// <exception cref="NameLookupException">There is no such host.</exception>
    /// <exception cref="SyscallException">With connect's errno.</exception>
    internal static int ConnectInet(string host, int port)
    {
        var addresses = Resolve(host, port, AF_UNSPEC, 0);
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

    /// <summary>A socket that listens at a path of its own; the name must be free.</summary>
    /// <param name="bound">Done while the name is there already, and nobody can connect yet; what it throws closes the socket.</param>
    /// <param name="blocks">For a program that waits in accept(2).</param>
    /// <exception cref="SyscallException">ENAMETOOLONG, EADDRINUSE, EACCES and what else bind and listen know.</exception>
    internal static int ListenUnix(string path, int backlog, bool blocks = false, Action? bound = null)
    {
        var address = UnixAddress(path, "bind");
        return Listen(AF_UNIX, &address, (uint)sizeof(sockaddr_un), backlog, blocks, bound);
    }

    /// <summary>
    /// A socket that listens at a host's first address; an empty host is every IPv4 address, `::` every address of both kinds. A name
    /// is looked up as IPv4 only, as Supervisor does: `localhost` would else be ::1, where clients of 127.0.0.1 are refused.
    /// </summary>
    /// <param name="blocks">For a program that waits in accept(2).</param>
    /// <exception cref="NameLookupException">There is no such host.</exception>
    /// <exception cref="SyscallException">EADDRINUSE, EADDRNOTAVAIL, EACCES.</exception>
    internal static int ListenInet(string host, int port, int backlog, bool blocks = false) => Listen(AddressOf(host, port), backlog, blocks);

    /// <summary>The address that <see cref="ListenInet"/> listens at. A name may have to be asked for elsewhere: that blocks.</summary>
    /// <exception cref="NameLookupException">There is no such host.</exception>
    internal static byte[] AddressOf(string host, int port)
    {
        var addresses = Resolve(host.Length == 0 ? "0.0.0.0" : host, port, host.Contains(':') ? AF_INET6 : AF_INET, AI_PASSIVE);
        try
        {
            return new ReadOnlySpan<byte>(addresses->ai_addr, (int)addresses->ai_addrlen).ToArray();
        }
        finally
        {
            freeaddrinfo(addresses);
        }
    }

    /// <exception cref="SyscallException">EADDRINUSE, EADDRNOTAVAIL, EACCES.</exception>
    internal static int Listen(byte[] address, int backlog, bool blocks = false)
    {
        fixed (byte* start = address)
            return Listen(BitConverter.ToUInt16(address), start, (uint)address.Length, backlog, blocks, null);
    }

    private static int Listen(int family, void* address, uint length, int backlog, bool blocks, Action? bound)
    {
        var fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | (blocks ? 0 : SOCK_NONBLOCK), 0);
        if (fd < 0)
            throw SyscallException.Last("socket");
        int yes = 1, no = 0;
        if (family != AF_UNIX)
            _ = setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(int));
        if (family == AF_INET6)
            _ = setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof(int));
        try
        {
            if (bind(fd, address, length) < 0)
                throw SyscallException.Last("bind");
            bound?.Invoke();
            if (listen(fd, backlog) < 0)
                throw SyscallException.Last("listen");
            return fd;
        }
        catch
        {
            Descriptors.Close(fd);
            throw;
        }
    }

    /// <summary>Stream addresses of a host, to be freed; at least one.</summary>
    private static addrinfo* Resolve(string host, int port, int family, int flags)
    {
        // Without this a static glibc would load shared modules for what /etc/nsswitch.conf names, and crash.
        fixed (byte* database = "hosts\0"u8, services = "files dns\0"u8)
            _ = __nss_configure_lookup(database, services);
        var hints = new addrinfo { ai_family = family, ai_socktype = SOCK_STREAM, ai_flags = flags };
        addrinfo* addresses;
        int result;
        fixed (byte* node = PosixText.Encode(host), service = Encoding.ASCII.GetBytes(port.ToString(CultureInfo.InvariantCulture) + "\0"))
            result = getaddrinfo(node, service, &hints, &addresses);
        return result == 0 ? addresses : throw new NameLookupException(result, Marshal.PtrToStringUTF8((nint)gai_strerror(result)) ?? "");
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

    private static int Connect(int family, void* address, uint length, int flags = 0)
    {
        var fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
        if (fd < 0)
            throw SyscallException.Last("socket");
        if (connect(fd, address, length) == 0)
            return fd;
        var failure = SyscallException.Last("connect");
        Descriptors.Close(fd);
        throw failure;
    }
}
