using static Init.Native.Libc;

namespace Init.Os;

/// <summary>Bytes that nobody can guess. The framework's own come from OpenSSL, a shared library that a static binary cannot load.</summary>
internal static unsafe class SystemRandom
{
    /// <exception cref="SyscallException">There is no such call, or a filter refuses it.</exception>
    internal static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        for (var filled = 0; filled < count;)
            fixed (byte* start = bytes)
            {
                var got = getrandom(start + filled, (nuint)(count - filled), 0);
                if (got > 0)
                    filled += (int)got;
                else if (Errno.Last != Errno.EINTR)
                    throw SyscallException.Last("getrandom");
            }
        return bytes;
    }
}
