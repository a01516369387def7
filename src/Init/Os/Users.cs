using System.Globalization;
using static Init.Native.Libc;

namespace Init.Os;

/// <summary>A line of /etc/passwd.</summary>
internal sealed record UserEntry(string Name, uint Uid, uint Gid, string Home, string Shell);

/// <summary>A line of /etc/group.</summary>
internal sealed record GroupEntry(string Name, uint Gid, IReadOnlyList<string> Members);

/// <summary>
/// The user and group databases, read from their files. Not through getpwnam: in a static glibc a look-up that leaves the files
/// loads shared modules, which crashes the process. A missing file is an empty database, as in an image FROM scratch.
/// </summary>
internal static class Users
{
    private const string PasswdFile = "/etc/passwd";
    private const string GroupFile = "/etc/group";

    internal static UserEntry? Find(string name) => AllUsers().FirstOrDefault(user => user.Name == name);

    internal static UserEntry? Find(uint uid) => AllUsers().FirstOrDefault(user => user.Uid == uid);

    internal static GroupEntry? FindGroup(string name) => AllGroups().FirstOrDefault(group => group.Name == name);

    /// <summary>The primary group first, then every group that lists the user (C-155).</summary>
    internal static uint[] GroupsOf(UserEntry user)
    {
        var gids = new List<uint> { user.Gid };
        foreach (var group in AllGroups())
            if (group.Members.Contains(user.Name) && !gids.Contains(group.Gid))
                gids.Add(group.Gid);
        return [.. gids];
    }

    /// <summary>Our own user id.</summary>
    internal static uint OwnUid => getuid();

    /// <summary>Our own group id.</summary>
    internal static uint OwnGid => getgid();

    /// <summary>What to become of for a user; null when we are that already, and then nothing is changed, not even the groups.</summary>
    /// <param name="name">As its entry has it, if there is one.</param>
    /// <param name="withGroup">The group was asked for too, and is the only one then.</param>
    internal static Credentials? CredentialsOf(string? name, uint uid, uint gid, bool withGroup)
    {
        if (IsOwn(uid, gid, withGroup))
            return null;
        var entry = name is null || withGroup ? null : Find(name);
        return new Credentials(uid, gid, entry is null ? [gid] : GroupsOf(entry), withGroup);
    }

    private static bool IsOwn(uint uid, uint gid, bool withGroup) => getuid() == uid && (!withGroup || getgid() == gid);

    /// <summary>Becomes a user: groups, then gid, then uid. Returns null, or why not in Supervisor's words (C-153, C-154).</summary>
    internal static unsafe string? Become(Credentials user)
    {
        if (IsOwn(user.Uid, user.Gid, user.WithGroup))
            return null;
        if (getuid() != 0)
            return "Can't drop privilege as nonroot user";
        fixed (uint* groups = user.Groups.ToArray())
            if (setgroups((nuint)user.Groups.Count, groups) < 0)
                return "Could not set groups of effective user";
        if (setgid(user.Gid) < 0)
            return "Could not set group id of effective user";
        return setuid(user.Uid) < 0 ? $"Could not set user id: {Errno.Name(Errno.Last)}" : null;
    }

    private static IEnumerable<UserEntry> AllUsers()
    {
        foreach (var fields in Lines(PasswdFile, 7))
            if (TryNumber(fields[2], out var uid) && TryNumber(fields[3], out var gid))
                yield return new UserEntry(fields[0], uid, gid, fields[5], fields[6]);
    }

    private static IEnumerable<GroupEntry> AllGroups()
    {
        foreach (var fields in Lines(GroupFile, 4))
            if (TryNumber(fields[2], out var gid))
                yield return new GroupEntry(fields[0], gid, fields[3].Split(',', StringSplitOptions.RemoveEmptyEntries));
    }

    private static IEnumerable<string[]> Lines(string path, int fieldCount)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            yield break; // no database is an empty database; one that cannot be read for want of a descriptor is not
        }
        foreach (var line in lines)
            if (line.Split(':') is { } fields && fields.Length >= fieldCount && !line.StartsWith('#'))
                yield return fields;
    }

    private static bool TryNumber(string text, out uint number) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
