using static Init.Native.Libc;

namespace Init.Os;

/// <summary>Connecting without waiting, in steps: addresses, a connection that is begun, and what became of it.</summary>
internal static unsafe partial class StreamSockets
{
    /// <summary>The address of a host that is written as a number; none for a name.</summary>
    internal static IReadOnlyList<byte[]> NumericAddresses(string host, int port)
    {
        try
        {
            return Addresses(host, port, AI_NUMERICHOST);
        }
        catch (NameLookupException)
        {
            return [];
        }
    }

    /// <summary>The addresses of a host, which may have to be asked for elsewhere: that blocks.</summary>
    /// <exception cref="NameLookupException">There is no such host.</exception>
    internal static IReadOnlyList<byte[]> LookUp(string host, int port) => Addresses(host, port, 0);

    private static List<byte[]> Addresses(string host, int port, int flags)
    {
        var found = Resolve(host, port, AF_UNSPEC, flags);
        try
        {
            var addresses = new List<byte[]>();
            for (var address = found; address != null; address = address->ai_next)
                addresses.Add(new ReadOnlySpan<byte>(address->ai_addr, (int)address->ai_addrlen).ToArray());
            return addresses;
        }
        finally
        {
            freeaddrinfo(found);
        }
    }

    /// <summary>No socket can be had at the moment, and so no other descriptor.</summary>
    internal static bool AreScarce
    {
        get
        {
            var fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
            if (fd < 0)
                return Errno.IsScarcity(Errno.Last);
            Descriptors.Close(fd);
            return false;
        }
    }

    /// <exception cref="SyscallException">ENAMETOOLONG.</exception>
    internal static byte[] UnixAddress(string path)
    {
        var address = UnixAddress(path, "connect");
        return new ReadOnlySpan<byte>(&address, sizeof(sockaddr_un)).ToArray();
    }

    /// <summary>A socket that does not block, and whether it is connected already; if not, it is when it can be written.</summary>
    /// <exception cref="SyscallException">EAGAIN when who listens at a unix socket has too many to accept already.</exception>
    internal static (int Descriptor, bool IsConnected) BeginConnect(byte[] address)
    {
        var fd = socket(BitConverter.ToUInt16(address), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0)
            throw SyscallException.Last("socket");
        fixed (byte* start = address)
            if (connect(fd, start, (uint)address.Length) == 0)
                return (fd, true);
        if (Errno.Last == Errno.EINPROGRESS)
            return (fd, false);
        var failure = SyscallException.Last("connect");
        Descriptors.Close(fd);
        throw failure;
    }

    /// <summary>What became of a connection that was begun.</summary>
    /// <exception cref="SyscallException">With connect's errno.</exception>
    internal static void EndConnect(int fd)
    {
        int errno = 0;
        uint length = sizeof(int);
        if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &errno, &length) < 0)
            throw SyscallException.Last("getsockopt");
        if (errno != 0)
            throw new SyscallException("connect", errno);
        if (IsItself(fd))
            throw new SyscallException("connect", Errno.ECONNREFUSED);
    }

    /// <summary>Where nobody listens, TCP may give us the very port that we ask for, and connect us to ourselves.</summary>
    private static bool IsItself(int fd)
    {
        Span<byte> own = stackalloc byte[sizeof(sockaddr_un)], other = stackalloc byte[sizeof(sockaddr_un)];
        uint ownLength = (uint)own.Length, otherLength = (uint)other.Length;
        fixed (byte* ownStart = own, otherStart = other)
            return getsockname(fd, ownStart, &ownLength) == 0
                && getpeername(fd, otherStart, &otherLength) == 0
                && BitConverter.ToUInt16(own) != AF_UNIX
                && own[..(int)ownLength].SequenceEqual(other[..(int)otherLength]);
    }
}
