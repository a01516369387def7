using Init.Config;
using Init.Os;

namespace Init.Http;

/// <summary>
/// The listening socket of one `[unix_http_server]` or `[inet_http_server]`. A unix socket listens only when it has its mode and owner, and
/// appears at its path only when it listens: it is made under another name and linked. Disposed of, it is closed and its file removed, if it is still ours.
/// </summary>
internal sealed class ServerSocket : IDisposable
{
    /// <summary>As Supervisor's .</summary>
    internal const int Backlog = 1024;

    private readonly FileIdentity? _file;

    private ServerSocket(HttpServerConfig config, int descriptor, FileIdentity? file)
    {
        Config = config;
        Descriptor = descriptor;
        _file = file;
    }

    internal HttpServerConfig Config { get; }

    internal int Descriptor { get; }

    /// <param name="say">Told of a stale socket that was in the way .</param>
    /// <exception cref="ConfigException">In the words of C-182, C-183 and C-186.</exception>
    internal static ServerSocket Open(HttpServerConfig config, Action<string> say)
    {
        try
        {
            return config.Path is { } path
                ? OpenUnix(config, path, say)
                : new ServerSocket(config, StreamSockets.ListenInet(config.Host ?? "", config.Port, Backlog), null);
        }
        catch (NameLookupException e)
        {
            throw Cannot($"{e.Code}");
        }
        catch (UntrustedPathException e)
        {
            throw new ConfigException($"Cannot open an HTTP server: {e.Message}");
        }
        catch (SyscallException e)
        {
            throw e.Errno switch
            {
                Errno.EADDRINUSE => InUse(),
                Errno.ENAMETOOLONG when config.Path is not null => Cannot("AF_UNIX path too long"),
                _ => Cannot($"errno.{Errno.Name(e.Errno)} ({e.Errno})"),
            };
        }
    }

    private static ServerSocket OpenUnix(HttpServerConfig config, string path, Action<string> say)
    {
        using var entry = PathWalk.ToEntry(path, follows: false);
        using var stage = SocketStage.At(entry, path, $"{entry.Name}.{Children.OwnPid}");
        var fd = stage.Listen(Backlog, blocks: false, () =>
        {
            stage.ChangeMode(config.Chmod);
            GiveTo(config, stage);
        });
        try
        {
            while (!stage.Place())
                MakeRoom(config, entry, path, say);
            return new ServerSocket(config, fd, stage.File);
        }
        catch
        {
            Descriptors.Close(fd);
            throw;
        }
    }

    private static void GiveTo(HttpServerConfig config, SocketStage stage)
    {
        try
        {
            if (config.ChownUid != -1 || config.ChownGid != -1)
                stage.ChangeOwner(config.ChownUid, config.ChownGid);
        }
        catch (SyscallException e) when (e.Errno == Errno.EPERM)
        {
            var user = Users.Find(Users.OwnUid)?.Name ?? $"{Users.OwnUid}";
            throw new ConfigException($"Not permitted to chown {config.Path} to uid/gid ({config.ChownUid}, {config.ChownGid}); adjust "
                + $"\"sockchown\" value in config file or on command line to values that the current user ({user}) can successfully chown");
        }
    }

    /// <summary>A socket that nobody listens to goes. What is no socket stays: Supervisor deletes any file that is there.</summary>
    private static void MakeRoom(HttpServerConfig config, DirectoryEntry entry, string path, Action<string> say)
    {
        if (entry.Status() is not { } found)
            return; // it went meanwhile
        if (PathTrust.OfSocketToRemove(entry.Directory.Status, found, config.ChownUid) is { } refusal)
            throw new ConfigException($"Cannot open an HTTP server: {path} {refusal}");
        switch (found.Kind == FileKind.Link ? GuardedFile.Status(path)?.Kind : found.Kind)
        {
            case null:
                entry.Directory.Unlink(entry.Name); // a link to nowhere
                return;
            case not FileKind.Socket:
                throw new ConfigException($"Cannot open an HTTP server: {path} exists and is not a socket");
        }
        try
        {
            // Whoever listens but does not accept now is there all the same.
            Descriptors.Close(StreamSockets.ConnectUnix(path, wait: false));
        }
        catch (SyscallException e) when (e.Errno == Errno.EAGAIN)
        {
        }
        catch (SyscallException e) when (e.Errno is Errno.ECONNREFUSED or Errno.ENOENT)
        {
            if (entry.Status()?.Identity == found.Identity && entry.Directory.Unlink(entry.Name)) // or it went meanwhile
                say($"Unlinking stale socket {path}\n");
            return;
        }
        throw InUse();
    }

    private static ConfigException InUse() => new("Another program is already listening on a port that one of our HTTP servers is "
        + "configured to use.  Shut this program down first before starting supervisord.");

    private static ConfigException Cannot(string why) => new($"Cannot open an HTTP server: socket.error reported {why}");

    public void Dispose()
    {
        Descriptors.Close(Descriptor);
        try
        {
            if (_file is { } file)
                GuardedFile.Unlink(Config.Path!, file);
        }
        catch (SyscallException)
        {
            // A directory that became read-only: the file stays, and the next daemon takes it for what it is, stale.
        }
    }
}
