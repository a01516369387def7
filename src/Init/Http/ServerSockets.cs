using Init.Config;

namespace Init.Http;

/// <summary>
/// The sockets of all servers. They outlive a restart of the daemon where the new configuration has the same addresses: no client is
/// refused meanwhile, and nobody else can take an address.
/// </summary>
/// <param name="say">Told of a stale socket that was in the way.</param>
internal sealed class ServerSockets(Action<string> say) : IDisposable
{
    private List<ServerSocket> _open = [];

    /// <summary>The sockets for these servers; what is open and not among them is closed. When one cannot be
    /// opened, all stays as it was, but for what was in its way.</summary>
    /// <exception cref="ConfigException">One of them cannot be opened.</exception>
    internal IReadOnlyList<ServerSocket> For(IReadOnlyList<HttpServerConfig> servers)
    {
        var next = new List<ServerSocket>();
        var opened = new List<ServerSocket>();
        try
        {
            foreach (var server in servers)
                if (_open.Find(socket => socket.IsAt(server) && !next.Exists(other => other.Descriptor == socket.Descriptor)) is { } same)
                    next.Add(same.With(server));
                else
                {
                    Close(_open.FindAll(socket => socket.Obstructs(server)));
                    opened.Add(ServerSocket.Open(server, say));
                    next.Add(opened[^1]);
                }
        }
        catch
        {
            foreach (var socket in opened)
                socket.Dispose();
            throw;
        }
        Close(_open.FindAll(socket => !next.Exists(other => other.Descriptor == socket.Descriptor)));
        _open = [.. next];
        return next;
    }

    private void Close(List<ServerSocket> sockets)
    {
        foreach (var socket in sockets)
        {
            _open.Remove(socket);
            socket.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (var socket in _open)
            socket.Dispose();
        _open = [];
    }
}
