namespace Init.Os;

/// <summary>
/// Where a unix socket is bound and gets its owner and mode, out of the reach of others, before it listens and has its name. That is
/// the directory itself where no less privileged user can replace its files; otherwise a new directory in it, with mode 0700.
/// Disposed of, it leaves nothing but a socket that was placed.
/// </summary>
internal sealed class SocketStage : IDisposable
{
    private readonly DirectoryEntry _entry;
    private readonly DirectoryHandle _where;
    private readonly string _name;
    private readonly string? _private; // the directory's name
    private readonly string _path;
    private bool _isBound;
    private bool _isPlaced;

    private SocketStage(DirectoryEntry entry, string path, DirectoryHandle where, string name, string? @private)
    {
        (_entry, _where, _name, _private) = (entry, where, name, @private);
        var directory = path[..(path.LastIndexOf('/') + 1)];
        _path = directory + (@private is null ? name : $"{@private}/{name}");
    }

    /// <summary>Which file it is, once it is bound.</summary>
    internal FileIdentity File { get; private set; }

    /// <param name="path">Of the entry, as it was written.</param>
    /// <param name="name">In the directory itself: one of ours before the real one, or that.</param>
    /// <exception cref="SyscallException">The directory takes nothing.</exception>
    internal static SocketStage At(DirectoryEntry entry, string path, string name)
    {
        var (directory, left) = (entry.Directory, entry.Directory.StatusOf(name));
        if (!PathTrust.OthersMayReplaceOurs(directory.Status) && (left is null || PathTrust.OfSocketToRemove(directory.Status, left.Value, null) is null))
        {
            if (name != entry.Name)
                directory.Unlink(name); // of a daemon that was killed
            return new SocketStage(entry, path, directory, name, null);
        }
        while (true)
        {
            var folder = $".{Guid.NewGuid():N}"[..9];
            if (entry.Directory.MakePrivate(folder) is { } made)
                return new SocketStage(entry, path, made, "s", folder);
        }
    }

    /// <summary>A socket that listens, with the owner and the mode that <paramref name="prepare"/> has given it. It has no name yet.</summary>
    internal int Listen(int backlog, bool blocks, Action prepare)
    {
        if (_entry.IsReachedSafely && _private is null)
            return Bind(_path);
        _ = StreamSockets.UnixAddress(_entry.Path); // what is too long for clients is so for us
        try
        {
            return Bind($"/proc/self/fd/{_where.Descriptor}/{_name}");
        }
        catch (SyscallException e) when (e is not UntrustedPathException && e.Errno == Errno.ENOENT && !_isBound)
        {
            return Bind(_path); // no /proc; where it came to is looked at
        }

        int Bind(string address) => StreamSockets.ListenUnix(address, backlog, blocks, () =>
        {
            if (_where.StatusOf(_name) is not { Kind: FileKind.Socket } status)
                throw new UntrustedPathException($"{_path} was replaced while it was made");
            _isBound = true;
            File = status.Identity;
            prepare();
        });
    }

    /// <summary>
    /// A volume that is shared with another system may refuse any change of a socket's mode. That does no harm where the mode that the
    /// socket has lets no more users connect (which takes write permission) than the wanted one.
    /// </summary>
    /// <exception cref="SyscallException">With chmod's errno.</exception>
    internal void ChangeMode(int mode)
    {
        const int writable = 0x92; // 0222
        try
        {
            _where.ChangeMode(_name, mode);
        }
        catch (SyscallException e) when (
            e.Errno is Errno.EINVAL or Errno.EPERM or Errno.EOPNOTSUPP && (_where.StatusOf(_name)?.Mode & writable & ~mode) == 0)
        {
        }
    }

    /// <exception cref="SyscallException">With chown's errno.</exception>
    internal void ChangeOwner(int uid, int gid) => _where.ChangeOwner(_name, uid, gid);

    /// <summary>Gives it its name; false when that is taken.</summary>
    internal bool Place() => _isPlaced = (_private is null && _name == _entry.Name) || _where.MoveTo(_name, _entry.Directory, _entry.Name);

    public void Dispose()
    {
        try
        {
            if (_isBound && !_isPlaced)
                _where.Unlink(_name);
        }
        catch (SyscallException)
        {
            // The directory became read-only: the name stays, and leads to a socket without a listener.
        }
        if (_private is null)
            return;
        _where.Dispose();
        _entry.Directory.RemoveDirectory(_private);
    }
}
