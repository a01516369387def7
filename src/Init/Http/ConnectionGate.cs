using Microsoft.AspNetCore.Connections;

namespace Init.Http;

/// <summary>
/// How many connections there may be: descriptors are also what programs are started with. When there are too many, the one that has
/// done nothing for longest is closed, so that no client can shut the others out by holding connections.
/// </summary>
internal sealed class ConnectionGate(int most)
{
    // Least recently used first.
    private readonly LinkedList<ConnectionContext> _connections = [];

    internal async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var node = new LinkedListNode<ConnectionContext>(connection);
        ConnectionContext? idlest = null;
        lock (_connections)
        {
            _connections.AddLast(node);
            if (_connections.Count > most)
            {
                idlest = _connections.First!.Value;
                _connections.RemoveFirst();
            }
        }
        idlest?.Abort(new ConnectionAbortedException("more connections than there may be"));
        connection.Features.Set(new ConnectionUse(() => MoveToEnd(node)));
        try
        {
            await next(connection);
        }
        finally
        {
            lock (_connections)
                if (node.List is not null)
                    _connections.Remove(node);
        }
    }

    private void MoveToEnd(LinkedListNode<ConnectionContext> node)
    {
        lock (_connections)
            if (node.List is not null)
            {
                _connections.Remove(node);
                _connections.AddLast(node);
            }
    }
}

/// <summary>Of a connection: to be told when a request begins and ends on it.</summary>
internal sealed class ConnectionUse(Action touch)
{
    internal void Touch() => touch();
}
