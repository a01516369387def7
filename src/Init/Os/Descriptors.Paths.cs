using static Init.Native.Libc;

namespace Init.Os;

internal static unsafe partial class Descriptors
{
    /// <summary>The kind and mode of the file at a path, links followed; Missing when it cannot be told.</summary>
    internal static (FileKind Kind, int Mode) Stat(string path)
    {
        statx_t status;
        fixed (byte* name = PosixText.Encode(path))
            return statx(AT_FDCWD, name, 0, STATX_TYPE | STATX_MODE, &status) < 0
                ? (FileKind.Missing, 0)
                : (KindOf(status.stx_mode, -1), status.stx_mode & 0xFFF);
    }

    /// <summary>How many descriptors we have open: the size of that directory, since Linux 6.2; before, they are counted.</summary>
    internal static int CountOpen()
    {
        const string all = "/proc/self/fd";
        statx_t status;
        fixed (byte* name = PosixText.Encode(all))
            if (statx(AT_FDCWD, name, 0, STATX_SIZE, &status) < 0)
                return 0;
        return status.stx_size > 0 ? (int)status.stx_size : Directory.EnumerateFileSystemEntries(all).Count() - 1; // it is read with one more
    }

    /// <summary>Which file a path leads to; null when it leads nowhere.</summary>
    internal static FileIdentity? Identity(string path)
    {
        statx_t status;
        fixed (byte* name = PosixText.Encode(path))
            return statx(AT_FDCWD, name, 0, STATX_INO, &status) < 0
                ? null
                : new FileIdentity(status.stx_dev_major, status.stx_dev_minor, status.stx_ino);
    }

    internal static bool MayExecute(string path)
    {
        fixed (byte* name = PosixText.Encode(path))
            return access(name, X_OK) == 0;
    }

    internal static bool MayWrite(string path)
    {
        fixed (byte* name = PosixText.Encode(path))
            return access(name, W_OK) == 0;
    }

    /// <summary>Removes a name; false when it was not there.</summary>
    internal static bool Unlink(string path)
    {
        fixed (byte* name = PosixText.Encode(path))
            return unlink(name) == 0 || (Errno.Last == Errno.ENOENT ? false : throw SyscallException.Last("unlink"));
    }

    /// <summary>Gives a file another name; false when it was not there.</summary>
    internal static bool Rename(string from, string to)
    {
        fixed (byte* old = PosixText.Encode(from), @new = PosixText.Encode(to))
            return rename(old, @new) == 0 || (Errno.Last == Errno.ENOENT ? false : throw SyscallException.Last("rename"));
    }

    /// <summary>Gives a file a second name; false when that name is taken.</summary>
    internal static bool Link(string from, string to)
    {
        fixed (byte* old = PosixText.Encode(from), @new = PosixText.Encode(to))
            return link(old, @new) == 0 || (Errno.Last == Errno.EEXIST ? false : throw SyscallException.Last("link"));
    }

    internal static void ChangeMode(string path, int mode)
    {
        fixed (byte* name = PosixText.Encode(path))
            if (chmod(name, (uint)mode) < 0)
                throw SyscallException.Last("chmod");
    }

    /// <summary>Changes the owner and the group of a file; -1 leaves one as it is.</summary>
    internal static void ChangeOwner(string path, int uid, int gid)
    {
        fixed (byte* name = PosixText.Encode(path))
            if (chown(name, (uint)uid, (uint)gid) < 0)
                throw SyscallException.Last("chown");
    }

    internal static void ChangeDirectory(string path)
    {
        fixed (byte* name = PosixText.Encode(path))
            if (chdir(name) < 0)
                throw SyscallException.Last("chdir");
    }
}
