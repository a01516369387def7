using System.Text;
using static Init.Native.Libc;

namespace Init.Os;

/// <summary>
/// A datagram socket that programs speak to as sd_notify(3) does. Its name is abstract, so that it needs no writable disk and leaves nothing
/// behind; the kernel finds one that is free, and says who has sent what.
/// </summary>
internal sealed unsafe class NotifySocket : IDisposable
{
    // As many descriptors as a message can carry (SCM_MAX_FD), and the credentials.
    private const int MostDescriptors = 253;

    /// <exception cref="SyscallException">EMFILE, ENFILE, ENOMEM.</exception>
    internal NotifySocket()
    {
        Descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (Descriptor < 0)
            throw SyscallException.Last("socket");
        var yes = 1;
        var address = new sockaddr_un { sun_family = AF_UNIX };
        var length = (uint)sizeof(sockaddr_un);
        if (setsockopt(Descriptor, SOL_SOCKET, SO_PASSCRED, &yes, sizeof(int)) < 0
            || bind(Descriptor, &address, sizeof(ushort)) < 0 // with the family alone: autobind, see unix(7)
            || getsockname(Descriptor, &address, &length) < 0)
        {
            var failure = SyscallException.Last("bind");
            Dispose();
            throw failure;
        }
        Name = "@" + Encoding.ASCII.GetString(address.sun_path + 1, (int)length - sizeof(ushort) - 1);
    }

    internal int Descriptor { get; private set; }

    /// <summary>For NOTIFY_SOCKET, with `@` in the place of the NUL.</summary>
    internal string Name { get; }

    /// <summary>
    /// Takes one message; null when there is none. Descriptors that came with it are closed, which is what systemd-notify waits for
    /// (BARRIER=1): it lives until its messages before that one were read.
    /// </summary>
    /// <param name="sender">Its pid, in our own view; 0 when the kernel does not say.</param>
    /// <returns>Its length; -1 when it is longer than the buffer.</returns>
    internal int? Receive(Span<byte> buffer, out int sender)
    {
        sender = 0;
        var control = stackalloc byte[(MostDescriptors + 16) * sizeof(int)];
        fixed (byte* start = buffer)
        {
            var part = new iovec { iov_base = start, iov_len = (nuint)buffer.Length };
            var message = new msghdr { msg_iov = &part, msg_iovlen = 1, msg_control = control, msg_controllen = (MostDescriptors + 16) * sizeof(int) };
            nint count;
            do
                count = recvmsg(Descriptor, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
            while (count < 0 && Errno.Last == Errno.EINTR);
            if (count < 0)
                return null;
            var end = control + message.msg_controllen;
            for (var at = control; end - at >= sizeof(cmsghdr); at += (int)(((cmsghdr*)at)->cmsg_len + 7) & ~7)
            {
                var header = (cmsghdr*)at;
                if (header->cmsg_len < (nuint)sizeof(cmsghdr))
                    break;
                if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_CREDENTIALS)
                    sender = ((ucred*)(header + 1))->pid;
                if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
                    for (var fd = (int*)(header + 1); (byte*)fd < at + header->cmsg_len; fd++)
                        Descriptors.Close(*fd);
            }
            return (message.msg_flags & MSG_TRUNC) == 0 ? (int)count : -1;
        }
    }

    public void Dispose()
    {
        if (Descriptor >= 0)
            Descriptors.Close(Descriptor);
        Descriptor = -1;
    }
}
