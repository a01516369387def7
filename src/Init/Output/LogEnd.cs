using Init.Os;
using static Init.Native.Libc;

namespace Init.Output;

/// <summary>The end of a log file.</summary>
internal static class LogEnd
{
    /// <summary>The last bytes, at most so many; none when there is no such file.</summary>
    internal static byte[] Of(string path, int most)
    {
        var fd = -1;
        try
        {
            fd = Descriptors.Open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
            var size = Descriptors.Size(fd);
            var bytes = new byte[Math.Min(most, size)];
            return bytes[..Descriptors.ReadAt(fd, bytes, size - bytes.Length)];
        }
        catch (SyscallException)
        {
            return [];
        }
        finally
        {
            if (fd >= 0)
                Descriptors.Close(fd);
        }
    }
}
