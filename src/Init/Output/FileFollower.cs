using Init.Os;
using static Init.Native.Libc;

namespace Init.Output;

/// <summary>
/// Reads a log file as it grows, from near its end on, and over its rotations: a file that was renamed is read to its end, then the
/// ones that came after it, `log.2`, `log.1`, `log`. For one thread at a time, any.
/// </summary>
internal sealed class FileFollower(string path, int fromEnd) : IDisposable
{
    private int _fd = -1;
    private long _position = -1;

    internal string Path => path;

    /// <summary>The next bytes; 0 when there are no more for now, or no file yet.</summary>
    /// <exception cref="SyscallException">The file cannot be opened or read.</exception>
    internal int Read(Span<byte> buffer)
    {
        while (_fd >= 0 || Open())
        {
            var count = Descriptors.ReadAt(_fd, buffer, _position);
            if (count == 0 && Descriptors.Size(_fd) < _position)
            {
                _position = 0; // cut off by someone; Supervisor drops the connection here
                count = Descriptors.ReadAt(_fd, buffer, _position);
            }
            // What was written before the file got its other name is read before the next one.
            if (count == 0 && Next() is var (name, file) && (count = Descriptors.ReadAt(_fd, buffer, _position)) == 0)
            {
                MoveTo(name, file);
                continue;
            }
            _position += count;
            return count;
        }
        return 0;
    }

    private bool Open()
    {
        if (TryOpen(path) is not { } fd)
        {
            _position = 0; // of a file that comes later, all is new
            return false;
        }
        _fd = fd;
        if (_position < 0)
            _position = Math.Max(0, Descriptors.Size(_fd) - fromEnd);
        return true;
    }

    /// <summary>Null when there is no such file, or none that has an end to read from.</summary>
    private static int? TryOpen(string name)
    {
        if (!GuardedFile.IsRegular(name))
            return null;
        try
        {
            return GuardedFile.Open(name, O_RDONLY);
        }
        catch (SyscallException e) when (e is UntrustedPathException || e.Errno == Errno.ENOENT)
        {
            return null; // it was replaced or removed meanwhile
        }
    }

    /// <summary>Goes on with the next file, unless its name has become another one's meanwhile: then it is to be looked for again.</summary>
    private void MoveTo(string name, FileIdentity file)
    {
        if (TryOpen(name) is not { } fd)
            return;
        if (Descriptors.Identity(fd) != file)
        {
            Descriptors.Close(fd);
            return;
        }
        Close();
        _fd = fd;
        _position = 0;
    }

    /// <summary>
    /// The file that came after ours; null while ours is the one at the path, or nothing is there. Files may get other names
    /// while we look, each the one after its own, the oldest first: so ours is never passed, and one name at a time is free.
    /// </summary>
    private (string Name, FileIdentity File)? Next()
    {
        var ours = Descriptors.Identity(_fd);
        if (GuardedFile.Identity(path) is not { } current || current == ours)
            return null;
        var newer = (path, current);
        for (int n = 1, free = 0; free < 2; n++)
        {
            var name = $"{path}.{n}";
            if (GuardedFile.Identity(name) is not { } identity)
            {
                free++;
                continue;
            }
            if (identity == ours)
                return newer;
            newer = (name, identity);
            free = 0;
        }
        // Ours is gone; unless there was a rotation between two looks, so that more than one name at a time seemed free.
        return GuardedFile.Identity(path) == current ? (path, current) : Next();
    }

    private void Close()
    {
        if (_fd >= 0)
            Descriptors.Close(_fd);
        _fd = -1;
    }

    public void Dispose() => Close();
}
