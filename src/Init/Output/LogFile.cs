using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Init.Config;
using Init.Os;
using static Init.Native.Libc;

namespace Init.Output;

/// <summary>
/// A regular file that is appended to, one write for each chunk, and rotated after the write that reaches its limit (L-122, L-123),
/// whoever filled it: several processes, or both streams of one, may have the same file. What one of them does with it the others follow
/// before they write again: what they still had open might be deleted by then.
/// Where a program's user may write to the directory, what that user has put in the file's place is not written to (GuardedFile): a
/// run's log is not opened then; a rotation puts it away like a full file and begins a new one.
/// A disk that is full or a directory that is gone costs the data of that time and one report, never the stream: writing goes on with
/// whatever descriptor there is.
/// </summary>
/// <param name="maxBytes">0 never rotates (L-124).</param>
/// <param name="report">Told once when writing begins to fail, and once when it works again.</param>
/// <param name="mode">Of a new file, before the umask.</param>
internal sealed class LogFile(string path, long maxBytes, int backups, Action<string> report, uint mode = LogFile.OrdinaryMode) : IDisposable
{
    // Never waits for a FIFO's reader or a modem's carrier, and never makes a terminal ours.
    private const int OpenFlags = O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY;

    // Whoever can write to the directory could put a file in the way each time that we remove one: we give up after so many.
    private const int MostRemovals = 8;

    internal const uint OrdinaryMode = 0x1B6; // 0666

    /// <summary>Of a file whose name is our choice (C-256).</summary>
    internal const uint PrivateMode = 0x180; // 0600

    // How often each file was replaced by us.
    private static readonly ConcurrentDictionary<string, StrongBox<int>> _allReplaced = new(StringComparer.Ordinal);

    // A name of our choice is new each time, and nobody else's.
    private readonly StrongBox<int> _replaced = mode == PrivateMode
        ? new StrongBox<int>()
        : _allReplaced.GetOrAdd(PosixPath.Absolute(path, "/"), _ => new StrongBox<int>());
    private int _followed; // of these
    private int _fd = -1;
    private long _untilRetry; // after a rotation that failed
    private bool _rotationFailed;
    private bool _refusalReported;
    private int _renamed; // how many of this rotation's renames are done: a rotation that fails goes on from there
    private bool _failing;
    private long _lost;

    internal string Path => path;

    internal bool IsOpen => _fd >= 0;

    /// <summary>How many bytes could not be written, in all.</summary>
    internal long AllLost { get; private set; }

    /// <exception cref="SyscallException">With the errno of open(2).</exception>
    internal void Open() => Adopt(GuardedFile.Open(path, OpenFlags, mode));

    /// <summary>
    /// Opens the file if it is a regular one. Otherwise returns a descriptor that does not block, for a stream: what is not a regular
    /// file has no size, is never rotated, and can be full.
    /// </summary>
    internal int? OpenOrElse()
    {
        // Open for both, a FIFO needs no reader yet and does not break when one leaves.
        using var entry = PathWalk.ToEntry(path, follows: true);
        var isFifo = entry.Status() is { Kind: FileKind.Pipe };
        var fd = entry.Open(isFifo ? (OpenFlags & ~O_WRONLY) | O_RDWR : OpenFlags, mode);
        if (Descriptors.KindOf(fd) != FileKind.Regular)
            return fd;
        Adopt(fd);
        return null;
    }

    private void Adopt(int fd)
    {
        Close();
        _fd = fd;
        _followed = _replaced.Value;
        _untilRetry = 0;
        _rotationFailed = false;
        _renamed = 0;
    }

    /// <summary>Closes and opens again by name (L-127). When that fails, the old descriptor stays.</summary>
    internal void Reopen() => Reopen(report);

    private void Reopen(Action<string> report)
    {
        try
        {
            Open();
        }
        catch (SyscallException e)
        {
            report($"cannot reopen {path}: {Reason(e)}");
        }
    }

    /// <summary>Deletes the file and begins a new one (L-128); its backups stay.</summary>
    internal void Clear()
    {
        try
        {
            GuardedFile.Unlink(path);
            _replaced.Value++;
        }
        catch (SyscallException e)
        {
            report($"cannot delete {path}: {Reason(e)}");
        }
        Reopen();
    }

    internal void Write(ReadOnlySpan<byte> bytes)
    {
        if (_fd < 0)
            return;
        if (_followed != _replaced.Value)
            Follow();
        var rest = bytes;
        try
        {
            while (!rest.IsEmpty)
                rest = rest[WriteSome(rest)..];
            if (_failing)
                Recover();
        }
        catch (SyscallException e)
        {
            Fail(e, rest.Length);
        }
        if (maxBytes > 0 && (_untilRetry -= bytes.Length - rest.Length) <= 0)
            RotateIfFull();
    }

    private void Follow()
    {
        _followed = _replaced.Value; // one attempt, also when it fails
        Reopen(ReportOnce);
    }

    private int WriteSome(ReadOnlySpan<byte> bytes) => Descriptors.Write(_fd, bytes) is > 0 and var count
        ? count
        : throw new SyscallException("write", Errno.EIO); // a file that takes nothing and says nothing: no reason to try for ever

    private void Fail(SyscallException e, int lost)
    {
        _lost += lost;
        AllLost += lost;
        if (_failing)
            return;
        _failing = true; // before the report: it may come back to this very file
        report($"cannot write {path}: {Text(e)}; what goes there is lost until it works again");
    }

    private void Recover()
    {
        _failing = false;
        var lost = _lost;
        _lost = 0;
        report($"{path} can be written again, {lost} bytes were lost");
    }

    private void RotateIfFull()
    {
        try
        {
            // After a failure the descriptor may be another name's: no question then.
            if (!_rotationFailed)
            {
                if (Descriptors.Position(_fd) < maxBytes)
                    return;
                // The full one has been put away already, by a logrotate or under another name of the path.
                if (FileAtPath() is { } named && named != Descriptors.Identity(_fd))
                {
                    Open();
                    return;
                }
            }
            Rotate();
        }
        catch (SyscallException e)
        {
            _untilRetry = maxBytes; // tried again when as much has been written once more
            if (_rotationFailed)
                return;
            _rotationFailed = true; // before the report: it may come back to this very file
            report($"cannot rotate {path}: {(e is UntrustedPathException ? e.Message : Text(e))}; writing goes on where it was");
        }
    }

    /// <summary>In one directory throughout, whatever is renamed meanwhile.</summary>
    private void Rotate()
    {
        using var entry = PathWalk.ToEntry(path, follows: false);
        var directory = entry.Directory;
        // None is done twice, or each attempt would shift the backups again until the last one is gone.
        foreach (var (from, to) in Rotation.Renames(entry.Name, backups, name => directory.StatusOf(name) is not null, _renamed))
        {
            directory.Rename(from, to); // a missing one is no error (L-126)
            _renamed++;
        }
        var fd = OpenEmpty(entry);
        _replaced.Value++;
        Adopt(fd);
    }

    /// <summary>With backups there is nothing at the path any more. Without, what is there is emptied (L-125), and a link may lead to it.</summary>
    private int OpenEmpty(DirectoryEntry entry)
    {
        for (var tries = 0; ; tries++)
            try
            {
                return backups > 0 ? entry.Open(OpenFlags | O_TRUNC, mode) : GuardedFile.Open(path, OpenFlags | O_TRUNC, mode);
            }
            catch (UntrustedPathException e) when (tries < MostRemovals)
            {
                ReportOnce($"{e.Message}; it is removed, and writing goes on in a new file");
                entry.Directory.Unlink(entry.Name);
            }
    }

    /// <summary>Null when there is none. What is there and not to be written to is reported, and is in the way like any other file.</summary>
    private FileIdentity? FileAtPath()
    {
        try
        {
            using var entry = PathWalk.ToEntry(path, follows: true);
            if (entry.Status() is not { } found)
                return null;
            // What we write to ourselves has been looked at.
            if (found.Identity == Descriptors.Identity(_fd) || entry.Refusal() is not { } refusal)
                return found.Identity;
            throw new UntrustedPathException(refusal);
        }
        catch (UntrustedPathException e)
        {
            ReportOnce($"{e.Message}; it is {(backups > 0 ? "put away" : "removed")}, and writing goes on in a new file");
            return null;
        }
        catch (SyscallException)
        {
            return null;
        }
    }

    /// <summary>Whoever may write to the directory can have as many reasons as there are rotations.</summary>
    private void ReportOnce(string text)
    {
        if (!_refusalReported)
            report(text);
        _refusalReported = true;
    }

    private static string Text(SyscallException e) => $"{Errno.Name(e.Errno)} ({Errno.Text(e.Errno)})";

    private static string Reason(SyscallException e) => e is UntrustedPathException ? e.Message : Errno.Name(e.Errno);

    internal void Close()
    {
        if (_fd >= 0)
            Descriptors.Close(_fd);
        _fd = -1;
    }

    public void Dispose() => Close();
}
