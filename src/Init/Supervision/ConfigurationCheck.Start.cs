using Init.Config;
using Init.Os;

namespace Init.Supervision;

/// <summary>What a start would ask of the system, and not get here: addresses, places for sockets, users and limits.</summary>
internal sealed partial class ConfigurationCheck
{
    /// <summary>Every address as IPv4, and as both: how an empty host and `::` listen.</summary>
    private const string Any = "";
    private const string AnyOfBoth = "::";

    /// <summary>No start gets by that, wherever it is, so that it is an error although it loads.</summary>
    private void CheckServers()
    {
        var servers = _configuration.HttpServers.Where(server => !_inspection.IsBroken(server.Section)).ToList();
        for (var i = 0; i < servers.Count; i++)
            if (servers.Take(i).FirstOrDefault(other => AreOne(other, servers[i])) is { } other)
                _inspection.AddError(_document, servers[i].Section, servers[i].Path is null ? "port" : "file",
                    $"[{other.Section}] has this address too, and only one can have it");
    }

    private static bool AreOne(HttpServerConfig a, HttpServerConfig b)
    {
        if (a.Path is not null || b.Path is not null)
            return a.Path == b.Path;
        return a.Port == b.Port && a.Port != 0 && (Covers(HostOf(a), HostOf(b)) || Covers(HostOf(b), HostOf(a)));
    }

    private static string HostOf(HttpServerConfig server) => server.Host is null or "0.0.0.0" ? Any : server.Host;

    private static bool Covers(string host, string other) => host == other || host == AnyOfBoth || (host == Any && !other.Contains(':'));

    /// <summary>A warning: the directory may be one that is mounted later.</summary>
    private void CheckSockets()
    {
        foreach (var server in _configuration.HttpServers)
            if (server.Path is { } path && !_inspection.IsBroken(server.Section))
                CheckPlace(path, server.Section, "file");
        foreach (var group in _configuration.Groups)
            foreach (var process in group.Processes)
                if (process.Socket is { Path: { } path, Section: var section })
                    CheckPlace(path, section, "socket");
    }

    private void CheckPlace(string path, string section, string key)
    {
        var directory = PosixPath.DirectoryOf(path) is { Length: > 0 } above ? above : "/";
        if (Descriptors.Stat(directory).Kind is not FileKind.Directory and var kind)
            Warn(section, key, $"directory {PythonText.Repr(directory)} {(kind == FileKind.Missing ? "does not exist" : "is not a directory")}");
    }

    /// <summary>Warnings: who checks may be another than who starts.</summary>
    private void CheckPrivileges()
    {
        const string Reason = "Can't drop privilege as nonroot user";
        var config = _configuration.Supervisord;
        var gid = Users.OwnGid;
        if (_uid != 0 && config.User is { } user && !IsSame(user, _uid, gid))
            Warn(SupervisordReader.Section, "user", Reason);
        // Of the user that the daemon has by then; that it could not become that one is told already.
        (var uid, gid) = config.User is { } own ? (own.Uid, own.Gid) : (_uid, gid);
        foreach (var group in _configuration.Groups)
            foreach (var process in group.Processes)
                if (uid != 0 && process.User is { } other && !IsSame(other, uid, gid))
                    Warn(SectionOf(group, process), "user", $"couldn't setuid to {other.Uid}: {Reason}");
        if (_uid == 0 && config.User is null or { Uid: 0 })
            return;
        CheckLimit("minfds", config.MinFds, LimitKind.OpenFiles);
        CheckLimit("minprocs", config.MinProcs, LimitKind.Processes);
    }

    /// <summary>Whether a user is the one that we are, so that nothing has to be become.</summary>
    private static bool IsSame(UserIdentity user, uint uid, uint gid) => user.Uid == uid && (!user.HasOwnGroup || user.Gid == gid);

    private void CheckLimit(string key, int wanted, LimitKind kind)
    {
        if (wanted > 0 && Limits.Hard(kind) is var hard && hard < (ulong)wanted)
            Warn(SupervisordReader.Section, key, $"{key}={wanted} is more than the hard limit of {hard}, which only root can raise");
    }
}
