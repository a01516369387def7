namespace Init.Os;

/// <summary>
/// Judges files that a less privileged user could have put somewhere, so that we do to them what that user may not. Root and we ourselves are trusted,
/// and so is everything in a directory to which only root or we may write: whatever is there, we or root have put it there.
/// </summary>
internal static class PathTrust
{
    private const int Sticky = 0x200; // 01000
    private const int WritableByOthers = 0x12; // 022; an ACL that lets others write shows in the group's bits

    internal static bool IsOurs(uint uid) => uid == 0 || uid == Users.OwnUid;

    /// <summary>Whether somebody else may make, rename or remove names there. With the sticky bit, as in /tmp, names can still be made.</summary>
    internal static bool OthersMayName(in FileStatus directory) => !IsOurs(directory.Uid) || (directory.Mode & WritableByOthers) != 0;

    /// <summary>Whether somebody else may give this name in a directory to another file.</summary>
    internal static bool OthersMayReplace(in FileStatus directory, in FileStatus file) =>
        IsOurs(file.Uid) ? OthersMayReplaceOurs(directory) : OthersMayName(directory);

    /// <summary>Whether somebody else may give a name of ours to another file. With the sticky bit only the owners of the two may.</summary>
    internal static bool OthersMayReplaceOurs(in FileStatus directory) =>
        OthersMayName(directory) && !(IsOurs(directory.Uid) && (directory.Mode & Sticky) != 0);

    /// <summary>Why a name is not removed to make room for a socket of ours; null when it is.</summary>
    /// <param name="owner">Of our sockets there, if they are given away.</param>
    internal static string? OfSocketToRemove(in FileStatus directory, in FileStatus file, long? owner) =>
        OthersMayName(directory) && !IsOurs(file.Uid) && (file.Uid != owner || file.Kind != FileKind.Socket) ? $"is a {Name(file.Kind)} of {User(file.Uid)}: not removed" : null;

    /// <summary>
    /// Why a symbolic link is not followed; null when it is. Its owner is who has made it. A link of root's may have been given another
    /// name by somebody else (link(2), unless fs.protected_hardlinks is set), where that is possible.
    /// </summary>
    internal static string? OfLink(in FileStatus directory, in FileStatus link, string target) =>
        !IsOurs(link.Uid) ? $"is a symbolic link of {User(link.Uid)} to {target}: not followed"
        : link.Links > 1 && OthersMayName(directory)
            ? $"is a symbolic link to {target} with {link.Links} names, in a directory that others may write to: not followed"
        : null;

    /// <summary>
    /// Why what is at the end of a path is not opened; null when it is. A file that its owner alone could have put there is what that user
    /// may write anyway; one with more names may be any file of the same file system.
    /// </summary>
    internal static string? OfFile(in FileStatus directory, in FileStatus file)
    {
        if (!OthersMayName(directory))
            return null;
        var isOwners = file.Uid == directory.Uid && (directory.Mode & WritableByOthers) == 0;
        return file switch
        {
            { Kind: FileKind.Link } => $"is a symbolic link of {User(file.Uid)}: not followed",
            { Kind: FileKind.Directory } => null, // open(2) says it
            { Kind: FileKind.Regular, Links: > 1 } when !isOwners =>
                $"has {file.Links} names (hard links), of which others may have made this one: not opened",
            { Kind: FileKind.Regular } => null,
            _ when IsOurs(file.Uid) && file.Links == 1 => null,
            _ => $"is a {Name(file.Kind)} of {User(file.Uid)} in a directory that others may write to: not opened",
        };
    }

    /// <summary>`nobody (uid 65534)`</summary>
    internal static string User(uint uid) => Users.Find(uid) is { } user ? $"{user.Name} (uid {uid})" : $"uid {uid}";

    internal static string Name(FileKind kind) => kind switch
    {
        FileKind.Regular => "regular file",
        FileKind.Directory => "directory",
        FileKind.Pipe => "FIFO",
        FileKind.Socket => "socket",
        FileKind.Link => "symbolic link",
        _ => "device",
    };
}
