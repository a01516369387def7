using static Init.Native.Libc;

namespace Init.Os;

/// <summary>
/// Follows a path as the kernel does, but one name at a time, each in the directory that is held, so that nothing which is renamed or
/// replaced meanwhile leads elsewhere. A symbolic link is followed if it is root's or ours. One of another user's is followed only on the
/// way, and only to a directory of that same user, who could have moved that directory there as well: `current` of a deployment.
/// </summary>
internal sealed class PathWalk
{
    private const int MostLinks = 40; // as the kernel's

    private int _links;
    private bool _isSafe = true;

    private PathWalk()
    {
    }

    /// <summary>The directory that a path leads to.</summary>
    /// <exception cref="SyscallException">With the errno of open(2).</exception>
    internal static DirectoryHandle ToDirectory(string path) => new PathWalk().Descend(Start(path), path);

    /// <summary>The last name of a path, in its directory. It need not exist.</summary>
    /// <param name="follows">If the name is a symbolic link, the name at its end.</param>
    /// <param name="readsOwners">A link of another user's is followed to a regular file of that same user: for files that are only read.</param>
    /// <exception cref="SyscallException">With the errno of open(2).</exception>
    internal static DirectoryEntry ToEntry(string path, bool follows, bool readsOwners = false) => path.Length == 0
        ? throw new SyscallException("open", Errno.ENOENT)
        : new PathWalk().Entry(Start(path), path, follows, readsOwners);

    private static DirectoryHandle Start(string path)
    {
        var isAbsolute = path.StartsWith('/');
        return new DirectoryHandle(Descriptors.Open(isAbsolute ? "/" : ".", O_PATH | O_DIRECTORY), isAbsolute ? "/" : "");
    }

    /// <param name="from">Is disposed of, unless it is what is returned.</param>
    private DirectoryHandle Descend(DirectoryHandle from, string path)
    {
        var at = from;
        try
        {
            if (path.StartsWith('/'))
            {
                at = Start(path);
                from.Dispose();
            }
            foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
                if (name != ".")
                    at = Step(at, name);
            return at;
        }
        catch
        {
            at.Dispose();
            throw;
        }
    }

    private DirectoryHandle Step(DirectoryHandle at, string name)
    {
        if (Find(at, name, O_DIRECTORY) is { } directory) // which also has an automounter mount it
        {
            _isSafe &= !PathTrust.OthersMayReplace(at.Status, directory.Status);
            at.Dispose();
            return directory;
        }
        using (var found = Find(at, name) ?? throw new SyscallException("open", Errno.ENOENT))
        {
            _isSafe &= !PathTrust.OthersMayReplace(at.Status, found.Status);
            if (found.Status.Kind != FileKind.Link)
                throw new SyscallException("open", Errno.ENOTDIR);
            var refusal = RefusalOf(at, name, found, out var target);
            if (refusal is null && DirectoryHandle.IsOfProc(found.Descriptor))
            {
                var end = new DirectoryHandle(at.Open(name, O_PATH | O_DIRECTORY), at.Shown(name));
                at.Dispose();
                return end;
            }
            var reached = Descend(at, target);
            if (refusal is null || (reached.Status.Uid == found.Status.Uid && reached.Status.Uid != 0))
                return reached;
            reached.Dispose();
            throw new UntrustedPathException(refusal);
        }
    }

    /// <summary>Why a link is not followed, in words that name it; null when it is.</summary>
    private string? RefusalOf(DirectoryHandle at, string name, DirectoryHandle link, out string target)
    {
        if (++_links > MostLinks)
            throw new SyscallException("open", Errno.ELOOP);
        target = Standard(DirectoryHandle.TargetOf(link.Descriptor));
        // Of /proc these two are the kernel's own, whoever seems to own them in a user namespace.
        var reason = name is "self" or "thread-self" && DirectoryHandle.IsOfProc(link.Descriptor) ? null : PathTrust.OfLink(at.Status, link.Status, target);
        return reason is null ? null : $"{at.Shown(name)} {reason}";
    }

    /// <summary>The usual names of our own streams, where they lead to, whoever has made /dev.</summary>
    private static string Standard(string target) => target switch
    {
        "/dev/stdin" => "/proc/self/fd/0",
        "/dev/stdout" => "/proc/self/fd/1",
        "/dev/stderr" => "/proc/self/fd/2",
        _ => target,
    };

    private DirectoryEntry Entry(DirectoryHandle from, string path, bool follows, bool readsOwners)
    {
        var end = path.LastIndexOf('/') + 1;
        var name = end == path.Length ? "." : path[end..]; // `x/` is what is in x
        var at = Descend(from, path[..end]);
        try
        {
            if (!follows || Find(at, name) is not { } found)
                return new DirectoryEntry(at, name) { IsReachedSafely = _isSafe };
            using (found)
            {
                if (found.Status.Kind != FileKind.Link)
                    return new DirectoryEntry(at, name);
                var refusal = RefusalOf(at, name, found, out var target);
                if (refusal is null && DirectoryHandle.IsOfProc(found.Descriptor))
                    return new DirectoryEntry(at, name, isOfKernel: true);
                if (refusal is null)
                    return Entry(at, target, follows, readsOwners);
                if (!readsOwners)
                    throw new UntrustedPathException(refusal);
                var entry = Entry(at, target, follows, readsOwners);
                return entry.Status() is { Kind: FileKind.Regular } status && status.Uid == found.Status.Uid
                    ? entry.Only(status.Identity)
                    : throw Refused(entry, refusal);
            }
        }
        catch
        {
            at.Dispose();
            throw;
        }
    }

    private static UntrustedPathException Refused(DirectoryEntry entry, string refusal)
    {
        entry.Dispose();
        return new(refusal);
    }

    /// <summary>Holds a name itself, a link too; null when it does not exist.</summary>
    private static DirectoryHandle? Find(DirectoryHandle at, string name, int kind = 0)
    {
        try
        {
            return new(at.Open(name, O_PATH | O_NOFOLLOW | kind), at.Shown(name));
        }
        catch (SyscallException e) when (e.Errno == Errno.ENOENT || (kind != 0 && e.Errno is Errno.ENOTDIR or Errno.ELOOP))
        {
            return null;
        }
    }
}
