using Init.Config;

namespace Init.Http;

/// <summary>The sockets of all servers of a configuration.</summary>
internal sealed class ServerSockets : IDisposable
{
    private readonly List<ServerSocket> _sockets = [];

    private ServerSockets()
    {
    }

    internal IReadOnlyList<ServerSocket> All => _sockets;

    /// <summary>Opens every server's socket, or none.</summary>
    /// <param name="say">Told of a stale socket that was in the way.</param>
    /// <exception cref="ConfigException">One of them cannot be opened.</exception>
    internal static ServerSockets Open(IReadOnlyList<HttpServerConfig> servers, Action<string> say)
    {
        var sockets = new ServerSockets();
        try
        {
            foreach (var server in servers)
                sockets._sockets.Add(ServerSocket.Open(server, say));
            return sockets;
        }
        catch
        {
            sockets.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var socket in _sockets)
            socket.Dispose();
    }
}
