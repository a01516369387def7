using static Init.Native.Libc;

namespace Init.Os;

/// <summary>
/// Random bytes for secrets: getrandom(2), or /dev/urandom where a filter refuses that. The framework's own come from OpenSSL, a shared
/// library that a static binary cannot load.
/// </summary>
internal static unsafe class SystemRandom
{
    private const string Device = "/dev/urandom";

    /// <exception cref="IOException">The call is refused, and there is no such device either.</exception>
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
                    return FromDevice(count);
            }
        return bytes;
    }
    private static byte[] FromDevice(int count)
    {
        using var device = new FileStream(Device, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        var bytes = new byte[count];
        device.ReadExactly(bytes);
        return bytes;
    }
}
