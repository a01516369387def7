using static Init.Native.Libc;

namespace Init.Os;

/// <summary>A file that is read whole, on the loop's thread: so a regular one, of bounded size.</summary>
internal static class SmallFile
{
    internal const int MaxBytes = 1024 * 1024;

    /// <returns>The content; or why there is none, with errno where it is the system's reason.</returns>
    /// <param name="guarded">
    /// Refuses a path that a less privileged user can make lead elsewhere, unless the file is that user's own: a program is given the
    /// content, and its user may not be allowed to read the file.
    /// </param>
    internal static (byte[] Content, string? Error, int Errno) Read(string path, bool guarded = false)
    {
        var fd = -1;
        try
        {
            // O_NONBLOCK: a FIFO would be waited for.
            fd = guarded ? OpenGuarded(path) : Descriptors.Open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
            if (Descriptors.KindOf(fd) is not FileKind.Regular and var kind)
                return ([], kind == FileKind.Directory ? Errno.Text(Errno.EISDIR) : "not a regular file", 0);
            using var content = new MemoryStream();
            var buffer = new byte[4096];
            while (content.Length <= MaxBytes && Descriptors.ReadAt(fd, buffer, content.Length) is > 0 and var count)
                content.Write(buffer, 0, count);
            return content.Length > MaxBytes ? ([], $"larger than {MaxBytes} bytes", 0) : (content.ToArray(), null, 0);
        }
        catch (UntrustedPathException e)
        {
            return ([], e.Message, 0);
        }
        catch (SyscallException e)
        {
            return ([], Errno.Text(e.Errno), e.Errno);
        }
        finally
        {
            if (fd >= 0)
                Descriptors.Close(fd);
        }
    }

    private static int OpenGuarded(string path)
    {
        using var entry = PathWalk.ToEntry(path, follows: true, readsOwners: true);
        return entry.Open(O_RDONLY);
    }
}
