using Init.Os;
using static Init.Native.Libc;

namespace Init.Output;

/// <summary>The end of a log file.</summary>
internal static class LogEnd
{
    /// <summary>The last bytes, at most so many; none when there is no such file, or none that may be read.</summary>
    internal static byte[] Of(string path, int most)
    {
        var fd = -1;
        try
        {
            fd = GuardedFile.Open(path, O_RDONLY);
            if (Descriptors.KindOf(fd) != FileKind.Regular)
                return [];
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
