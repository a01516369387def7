namespace Init.Os;

/// <summary>
/// The verbs over paths of logs, sockets, pid files and what else a less privileged user may have a hand in: where such a user could
/// make the path lead elsewhere, it is not followed there (<see cref="PathWalk"/>, <see cref="PathTrust"/>).
/// </summary>
internal static class GuardedFile
{
    /// <exception cref="UntrustedPathException">It is, or leads to, what a less privileged user may have put there.</exception>
    /// <exception cref="SyscallException">With the errno of open(2).</exception>
    internal static int Open(string path, int flags, uint mode = 0)
    {
        using var entry = PathWalk.ToEntry(path, follows: true);
        return entry.Open(flags, mode);
    }

    /// <summary>Of the file at a path; null when there is none, or none that we would open.</summary>
    internal static FileStatus? Status(string path)
    {
        try
        {
            using var entry = PathWalk.ToEntry(path, follows: true);
            return entry.Refusal() is null ? entry.Status() : null;
        }
        catch (SyscallException)
        {
            return null;
        }
    }

    /// <summary>Which file a path leads to; null when it leads nowhere, or to none that we would open.</summary>
    internal static FileIdentity? Identity(string path) => Status(path)?.Identity;

    internal static bool IsRegular(string path) => Status(path) is { Kind: FileKind.Regular };

    /// <summary>Removes a name, a symbolic link itself too; false when it was not there.</summary>
    internal static bool Unlink(string path)
    {
        using var entry = PathWalk.ToEntry(path, follows: false);
        return entry.Directory.Unlink(entry.Name);
    }

    /// <summary>Removes a name if it is still that of a certain file.</summary>
    internal static bool Unlink(string path, FileIdentity file)
    {
        using var entry = PathWalk.ToEntry(path, follows: false);
        return entry.Status()?.Identity == file && entry.Directory.Unlink(entry.Name);
    }
}
