using Init.Os;

namespace Init.Config;

/// <summary>
/// Users and groups by name or number (C-118, C-119). Unlike Supervisor, which refuses to start, a number without an entry in the
/// database is used as it is: images made FROM scratch have no database. Each text is looked up once, for the database is a file
/// and a configuration often has one user for all of its programs.
/// </summary>
internal sealed class UserValues
{
    private readonly Dictionary<string, UserIdentity> _users = new(StringComparer.Ordinal);

    /// <summary>The group or user that chown leaves as it is.</summary>
    internal const uint Unchanged = uint.MaxValue;

    /// <summary>
    /// A user to become, or `user:group`, which Supervisor does not know. One without an entry gets the group of the same number, not
    /// ours, which may be root's.
    /// </summary>
    internal UserIdentity User(string text)
    {
        if (!_users.TryGetValue(text, out var user)) _users[text] = user = Find(text);
        return user;
    }

    /// <summary>`user` or `user:group`, an owner for a socket; without a group, the group is <see cref="Unchanged"/>.</summary>
    internal UserIdentity Owner(string text)
    {
        var colon = text.IndexOf(':');
        if (colon < 0) return User(text) with { Gid = Unchanged };
        return User(text[..colon]) with { Gid = Group(text[(colon + 1)..]) };
    }

    private static UserIdentity Find(string text)
    {
        var colon = text.IndexOf(':');
        if (colon >= 0)
            return FindUser(PythonText.Strip(text[..colon])) with { Gid = Group(PythonText.Strip(text[(colon + 1)..])), HasOwnGroup = true };
        return FindUser(text);
    }

    private static UserIdentity FindUser(string text)
    {
        if (PythonText.TryInteger(text, 10, out var number, out _))
        {
            var uid = IsId(number) ? (uint)number : throw new ConfigException($"Invalid user id {text}");
            return Users.Find(uid) is { } entry ? new UserIdentity(entry.Name, uid, entry.Gid) : new UserIdentity(null, uid, uid);
        }
        return Users.Find(text) is { } user ? new UserIdentity(user.Name, user.Uid, user.Gid)
            : throw new ConfigException($"Invalid user name {text}");
    }

    private static uint Group(string text)
    {
        if (PythonText.TryInteger(text, 10, out var number, out _))
            return IsId(number) ? (uint)number : throw new ConfigException($"Invalid group id {text}");
        return Users.FindGroup(text)?.Gid ?? throw new ConfigException($"Invalid group name {text}");
    }

    private static bool IsId(long number) => number is >= 0 and < uint.MaxValue;
}
