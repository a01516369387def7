using Init.Config;
using Init.Os;
using Init.Output;

namespace Init.Processes;

/// <summary>
/// The listening socket of fcgi-programs, which is stdin of every process that shares it: open while at least one process holds it
/// (E-062, E-069). Its path stays when it is closed (E-065): then clients are refused there, until it is opened again (E-070).
/// </summary>
internal sealed class SharedSocket(FastCgiSocketConfig config, ActivityLog activity)
{
    /// <summary>SOMAXCONN of today's kernels, which cut it to /proc/sys/net/core/somaxconn.</summary>
    private const int MostBacklog = 4096;

    /// <summary>For a name to be looked up: when the address is tried before anything runs, or a group is added, and at a start.</summary>
    private static readonly TimeSpan _patienceAtFirst = TimeSpan.FromSeconds(10), _patience = TimeSpan.FromMilliseconds(500);

    private readonly HashSet<object> _holders = [];
    private int _descriptor;

    internal string Url => config.Url;

    /// <summary>Null for one that is no unix socket.</summary>
    internal string? Path => config.Path;

    /// <summary>Opens it for its first holder.</summary>
    /// <returns>The descriptor, which stays ours.</returns>
    /// <exception cref="ConfigException">It cannot be opened; the holder has nothing to release.</exception>
    internal int Hold(object holder)
    {
        if (_holders.Count == 0)
        {
            activity.Log(LogLevel.Info, $"Creating socket {Url}");
            _descriptor = Open(ReferenceEquals(holder, this) ? _patienceAtFirst : _patience);
        }
        _holders.Add(holder);
        return _descriptor;
    }

    /// <summary>Closes it after its last holder. Does nothing for who does not hold it.</summary>
    internal void Release(object holder)
    {
        if (!_holders.Remove(holder) || _holders.Count > 0)
            return;
        activity.Log(LogLevel.Info, $"Closing socket {Url}");
        Descriptors.Close(_descriptor);
    }

    /// <summary>Whether it can be opened, so that it is told early if not (E-061).</summary>
    /// <exception cref="ConfigException">It cannot.</exception>
    internal void Try()
    {
        Hold(this);
        Release(this);
    }

    private int Open(TimeSpan patience)
    {
        try
        {
            var backlog = config.Backlog ?? MostBacklog;
            if (config.Path is { } path)
                return OpenUnix(path, backlog);
            // An asterisk is every address, as in `[inet_http_server] port`; Supervisor finds no such host (C-243).
            return StreamSockets.Listen(LookUp(config.Host == "*" ? "" : config.Host!, patience), backlog, blocks: true);
        }
        catch (NameLookupException e)
        {
            throw Cannot($"[Errno {e.Code}] {e.Message}");
        }
        catch (UntrustedPathException e)
        {
            throw Cannot(e.Message);
        }
        catch (SyscallException e)
        {
            throw Cannot(e.Errno == Errno.ENAMETOOLONG ? "AF_UNIX path too long" : Text(e));
        }
    }

    /// <summary>A name may have to be asked for elsewhere, and a server that does not answer must not hold up all programs.</summary>
    private byte[] LookUp(string host, TimeSpan patience)
    {
        byte[]? address = null;
        NameLookupException? failure = null;
        if (!Abandonable.TryWithin(patience, $"address of {Url}", () =>
        {
            try
            {
                address = StreamSockets.AddressOf(host, config.Port);
            }
            catch (NameLookupException e)
            {
                failure = e;
            }
        }))
            throw Cannot($"the name {host} is looked up, and there is no answer yet");
        return address ?? throw failure!;
    }

    private int OpenUnix(string path, int backlog)
    {
        using var entry = PathWalk.ToEntry(path, follows: false);
        MakeRoom(entry, path);
        using var stage = SocketStage.At(entry, path, entry.Name);
        var fd = stage.Listen(backlog, blocks: true, () =>
        {
            GiveTo(stage, path);
            ChangeMode(stage, path);
        });
        try
        {
            while (!stage.Place())
                MakeRoom(entry, path);
            return fd;
        }
        catch
        {
            Descriptors.Close(fd);
            throw;
        }
    }

    /// <summary>
    /// A socket goes even when somebody listens to it: it may be that of a process of before which is slow to end. What is no socket
    /// stays; Supervisor deletes any file that is there (E-065).
    /// </summary>
    private void MakeRoom(DirectoryEntry entry, string path)
    {
        if (entry.Status() is not { } found)
            return;
        if (PathTrust.OfSocketToRemove(entry.Directory.Status, found, config.Owner?.Uid) is { } refusal)
            throw Cannot($"{path} {refusal}");
        // Nothing is also a link to nowhere.
        if ((found.Kind == FileKind.Link ? GuardedFile.Status(path)?.Kind : found.Kind) is not (null or FileKind.Socket))
            throw Cannot($"{path} exists and is not a socket");
        entry.Directory.Unlink(entry.Name);
    }

    private void GiveTo(SocketStage stage, string path)
    {
        try
        {
            if (config.Owner is { } owner)
                stage.ChangeOwner((int)owner.Uid, (int)owner.Gid);
        }
        catch (SyscallException e)
        {
            throw Cannot($"Could not change ownership of socket file: {Text(e)}: {PythonText.Repr(path)}"); // E-067
        }
    }

    private void ChangeMode(SocketStage stage, string path)
    {
        try
        {
            if (config.Mode is { } bits)
                stage.ChangeMode(bits);
        }
        catch (SyscallException e)
        {
            throw Cannot($"Could not change permissions of socket file: {Text(e)}: {PythonText.Repr(path)}"); // E-067
        }
    }

    private static string Text(SyscallException e) => $"[Errno {e.Errno}] {Errno.Text(e.Errno)}";

    private ConfigException Cannot(string why) => new($"Could not create FastCGI socket {Url} ([{config.Section}] socket): {why}");
}

/// <summary>The sockets of one group's processes: those with one address share one, even if they belong to two programs of a `[group:x]`.</summary>
internal sealed class SharedSockets(ActivityLog activity)
{
    private readonly Dictionary<string, SharedSocket> _byUrl = new(StringComparer.Ordinal);

    /// <summary>Null for a process without one.</summary>
    internal SharedSocket? Of(ProcessConfig process)
    {
        if (process.Socket is not { } config)
            return null;
        if (!_byUrl.TryGetValue(config.Url, out var socket))
            _byUrl.Add(config.Url, socket = new SharedSocket(config, activity));
        return socket;
    }
}
