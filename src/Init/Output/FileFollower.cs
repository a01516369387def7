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

    /// <summary>The next bytes; 0 when there are no more for now, or no file yet.</summary>
    /// <exception cref="SyscallException">The file cannot be opened or read.</exception>
    internal int Read(Span<byte> buffer)
    {
        while (_fd >= 0 || Open(path))
        {
            var count = Descriptors.ReadAt(_fd, buffer, _position);
            if (count == 0 && Descriptors.Size(_fd) < _position)
            {
                _position = 0; // cut off by someone; Supervisor drops the connection here
                count = Descriptors.ReadAt(_fd, buffer, _position);
            }
            // What was written before the file got its other name is read before the next one.
            if (count == 0 && Next() is { } next && (count = Descriptors.ReadAt(_fd, buffer, _position)) == 0)
            {
                Close();
                _position = 0;
                if (!Open(next))
                    return 0;
                continue;
            }
            _position += count;
            return count;
        }
        return 0;
    }

    private bool Open(string name)
    {
        if (Descriptors.Stat(name).Kind == FileKind.Missing)
        {
            _position = Math.Max(0, _position); // of a file that comes later, all is new
            return false;
        }
        _fd = Descriptors.Open(name, O_RDONLY | O_NONBLOCK | O_NOCTTY);
        if (_position < 0)
            _position = Math.Max(0, Descriptors.Size(_fd) - fromEnd);
        return true;
    }

    /// <summary>The file that came after ours; null while ours is the one at the path, or nothing is there .</summary>
    private string? Next()
    {
        var ours = Descriptors.Identity(_fd);
        if (Descriptors.Identity(path) is not { } current || current == ours)
            return null;
        var newer = path;
        for (var n = 1; ; n++)
        {
            var older = $"{path}.{n}";
            if (Descriptors.Identity(older) is not { } identity)
                return path; // ours is gone
            if (identity == ours)
                return newer;
            newer = older;
        }
    }

    private void Close()
    {
        if (_fd >= 0)
            Descriptors.Close(_fd);
        _fd = -1;
    }

    public void Dispose() => Close();
}
