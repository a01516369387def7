using static Init.Native.Libc;

namespace Init.Os;

/// <summary>
/// A name in a directory that is held open: what the path of a log, a socket or a pid file comes to. What it leads to is looked at before
/// it is opened and, by its descriptor, after that.
/// </summary>
/// <param name="isOfKernel">A link of /proc, which only the kernel can follow: /proc/self/fd/1.</param>
internal sealed class DirectoryEntry(DirectoryHandle directory, string name, bool isOfKernel = false) : IDisposable
{
    // Each look loses only to somebody who replaces the file at that moment.
    private const int MostLooks = 16;

    private FileIdentity? _only;

    internal DirectoryHandle Directory => directory;

    internal string Name => name;

    /// <summary>Nobody else may lead the path to this directory elsewhere: it can be named by its path as well.</summary>
    internal bool IsReachedSafely { get; init; }

    internal string Path => directory.Shown(name);

    /// <summary>Restricts it to one file, whatever is given its name later.</summary>
    internal DirectoryEntry Only(FileIdentity file)
    {
        _only = file;
        return this;
    }

    /// <summary>Null when there is nothing of that name.</summary>
    internal FileStatus? Status() => directory.StatusOf(name, follows: isOfKernel);

    /// <summary>Why what is there now is not opened, in words that name it; null when it is, or when there is nothing.</summary>
    internal string? Refusal() => Status() is { } found && PathTrust.OfFile(directory.Status, found) is { } reason ? $"{Path} {reason}" : null;

    /// <summary>
    /// Opens it; never waits, follows nothing, and creates only what is not there. O_TRUNC is obeyed once the file is known to be the right one.
    /// </summary>
    /// <exception cref="UntrustedPathException">It is what a less privileged user may have put there.</exception>
    /// <exception cref="SyscallException">With the errno of open(2).</exception>
    internal int Open(int flags, uint mode = 0)
    {
        if (isOfKernel)
            return directory.Open(name, flags | O_NONBLOCK | O_NOCTTY, mode);
        for (var look = 0; look < MostLooks; look++)
            if (TryOpen(flags | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW, mode) is { } fd)
                return fd;
        throw new UntrustedPathException($"{Path} is replaced again and again: not opened");
    }

    /// <summary>Null when it became another file meanwhile.</summary>
    private int? TryOpen(int flags, uint mode)
    {
        var found = Status();
        if (found is { } there)
            Judge(there);
        if (found is not null && (flags & O_EXCL) != 0)
            throw new SyscallException("open", Errno.EEXIST);
        var creates = found is null && (flags & O_CREAT) != 0;
        int fd;
        try
        {
            // O_CREAT also for what is there: in a sticky directory the kernel may refuse others' files then (fs.protected_regular).
            fd = directory.Open(name, (flags & ~O_TRUNC) | (creates ? O_EXCL : 0), mode);
        }
        catch (SyscallException e) when (found is null ? creates && e.Errno == Errno.EEXIST : e.Errno is Errno.ENOENT or Errno.ELOOP)
        {
            return null;
        }
        try
        {
            var opened = FileStatus.Of(fd);
            if (!creates)
                Judge(opened); // also where nothing was found before
            if (found is not null && opened.Identity != found.Value.Identity)
            {
                Descriptors.Close(fd);
                return null;
            }
            if ((flags & O_TRUNC) != 0 && opened.Kind == FileKind.Regular)
                Descriptors.Truncate(fd);
            return fd;
        }
        catch
        {
            Descriptors.Close(fd);
            throw;
        }
    }

    private void Judge(in FileStatus file)
    {
        if (_only is { } only && only != file.Identity)
            throw new UntrustedPathException($"{Path} was replaced: not opened");
        if (PathTrust.OfFile(directory.Status, file) is { } reason)
            throw new UntrustedPathException($"{Path} {reason}");
    }

    public void Dispose() => directory.Dispose();
}
