using static Init.Native.Libc;

namespace Init.Os;

/// <summary>What stat(2) tells of a file: its kind, its owner, its number of links.</summary>
/// <param name="Mode">Its permissions, without the kind.</param>
/// <param name="Links">How many names (hard links) it has.</param>
internal readonly record struct FileStatus(FileKind Kind, int Mode, uint Uid, uint Links, FileIdentity Identity, DateTimeOffset Modified)
{
    private const uint Wanted = STATX_TYPE | STATX_MODE | STATX_NLINK | STATX_UID | STATX_MTIME | STATX_INO;

    /// <summary>Of what is behind a descriptor, also one opened with O_PATH.</summary>
    /// <exception cref="SyscallException">EBADF.</exception>
    internal static FileStatus Of(int fd) => Ask(fd, "", AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW) ?? throw new SyscallException("statx", Errno.ENOENT);

    /// <summary>Of a name in a directory; null when there is none.</summary>
    internal static FileStatus? Of(int directory, string name, bool follows = false) => Ask(directory, name, follows ? 0 : AT_SYMLINK_NOFOLLOW);

    private static unsafe FileStatus? Ask(int fd, string name, int flags)
    {
        statx_t status;
        fixed (byte* text = PosixText.Encode(name))
            if (statx(fd, text, flags, Wanted, &status) < 0)
                return Errno.Last == Errno.ENOENT ? null : throw SyscallException.Last("statx");
        return new FileStatus(
            Descriptors.KindOf(status.stx_mode, -1), status.stx_mode & 0xFFF, status.stx_uid, status.stx_nlink,
            new FileIdentity(status.stx_dev_major, status.stx_dev_minor, status.stx_ino),
            DateTimeOffset.FromUnixTimeSeconds((long)status.stx_times[ModifiedSeconds]));
    }

    // Of the four times (accessed, born, changed, modified), each of two words, the last one's seconds.
    private const int ModifiedSeconds = 6;
}
