using static Init.Native.Libc;

namespace Init.Os;

/// <summary>
/// A directory that is held open, so that it stays the same one whatever happens to its name, and the verbs over names in it. None of
/// them follows a symbolic link in the place of the name.
/// </summary>
/// <param name="path">By which it was reached; for messages.</param>
internal sealed unsafe class DirectoryHandle(int fd, string path) : IDisposable
{
    private int _fd = fd;

    internal int Descriptor => _fd;

    internal FileStatus Status { get; } = FileStatus.Of(fd);

    internal bool OthersMayName => PathTrust.OthersMayName(Status);

    internal string Shown(string name) => path.Length == 0 || path.EndsWith('/') ? path + name : $"{path}/{name}";

    /// <exception cref="SyscallException">With the errno of open(2).</exception>
    internal int Open(string name, int flags, uint mode = 0)
    {
        fixed (byte* text = PosixText.Encode(name))
        {
            int fd;
            do
                fd = openat(_fd, text, flags | O_CLOEXEC, mode);
            while (fd < 0 && Errno.Last == Errno.EINTR);
            return fd >= 0 ? fd : throw SyscallException.Last("open");
        }
    }

    /// <summary>Null when the name is not there.</summary>
    internal FileStatus? StatusOf(string name, bool follows = false) => FileStatus.Of(_fd, name, follows);

    /// <summary>Removes a name; false when it was not there.</summary>
    internal bool Unlink(string name)
    {
        fixed (byte* text = PosixText.Encode(name))
            return unlinkat(_fd, text, 0) == 0 || (Errno.Last == Errno.ENOENT ? false : throw SyscallException.Last("unlink"));
    }

    /// <summary>Gives a file another name here; false when it was not there.</summary>
    internal bool Rename(string from, string to) => Rename(from, this, to);

    internal bool Rename(string from, DirectoryHandle other, string to)
    {
        fixed (byte* old = PosixText.Encode(from), @new = PosixText.Encode(to))
            return renameat(_fd, old, other._fd, @new) == 0 || (Errno.Last == Errno.ENOENT ? false : throw SyscallException.Last("rename"));
    }

    /// <summary>
    /// Gives a file a name, in the place of its own or beside it, that must not be taken; false when it is. Not every file system knows a
    /// second name, or a renaming that never replaces: on a volume that is shared with another system the name is looked at first.
    /// </summary>
    internal bool MoveTo(string from, DirectoryHandle other, string to)
    {
        fixed (byte* old = PosixText.Encode(from), @new = PosixText.Encode(to))
        {
            if (linkat(_fd, old, other._fd, @new, 0) == 0)
            {
                _ = unlinkat(_fd, old, 0); // not there, or not ours to remove: the new name is what counts
                return true;
            }
            if (Errno.Last != Errno.EEXIST && renameat2(_fd, old, other._fd, @new, RENAME_NOREPLACE) == 0)
                return true;
        }
        if (Errno.Last == Errno.EEXIST || other.StatusOf(to) is not null)
            return false;
        return Rename(from, other, to) ? true : throw new SyscallException("rename", Errno.ENOENT);
    }

    /// <summary>Makes a directory here that only we may enter, and holds it; null when the name is taken.</summary>
    internal DirectoryHandle? MakePrivate(string name)
    {
        fixed (byte* text = PosixText.Encode(name))
            if (mkdirat(_fd, text, 0x1C0 /* 0700 */) < 0)
                return Errno.Last == Errno.EEXIST ? null : throw SyscallException.Last("mkdir");
        var made = new DirectoryHandle(Open(name, O_PATH | O_DIRECTORY | O_NOFOLLOW), Shown(name));
        if (made.Status.Uid == Users.OwnUid && !made.OthersMayName)
            return made;
        made.Dispose(); // somebody was quicker
        throw new UntrustedPathException($"{Shown(name)} was replaced while it was made");
    }

    internal void RemoveDirectory(string name)
    {
        fixed (byte* text = PosixText.Encode(name))
            _ = unlinkat(_fd, text, AT_REMOVEDIR); // not empty, or gone: nothing depends on it
    }

    internal void ChangeMode(string name, int mode)
    {
        fixed (byte* text = PosixText.Encode(name))
            if (fchmodat(_fd, text, (uint)mode, 0) < 0)
                throw SyscallException.Last("chmod");
    }

    /// <summary>Changes the owner and the group; -1 leaves one as it is.</summary>
    internal void ChangeOwner(string name, int uid, int gid)
    {
        fixed (byte* text = PosixText.Encode(name))
            if (fchownat(_fd, text, (uint)uid, (uint)gid, AT_SYMLINK_NOFOLLOW) < 0)
                throw SyscallException.Last("chown");
    }

    /// <summary>The target of a symbolic link that was opened with O_PATH.</summary>
    internal static string TargetOf(int link)
    {
        const int longest = 4096;
        var target = stackalloc byte[longest];
        fixed (byte* itself = "\0"u8)
        {
            var length = readlinkat(link, itself, target, longest);
            return length >= 0 ? PosixText.Decode(new ReadOnlySpan<byte>(target, (int)length)) : throw SyscallException.Last("readlink");
        }
    }

    /// <summary>Whether a descriptor leads into /proc, whose links the kernel makes, some of them to what has no path.</summary>
    internal static bool IsOfProc(int fd)
    {
        var type = stackalloc long[64];
        return fstatfs(fd, type) == 0 && *type == PROC_SUPER_MAGIC;
    }

    public void Dispose()
    {
        if (_fd >= 0)
            Descriptors.Close(_fd);
        _fd = -1;
    }
}
