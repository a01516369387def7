using Microsoft.AspNetCore.Connections;

namespace Init.Http;

/// <summary>
/// How many connections a server may have: descriptors are also what programs are started with. When there are too many, the one goes that
/// has been without a request for longest, so that no client can shut the others out by holding connections; where there is none, the
/// oldest stream. A request under way that has an end is never cut for another.
/// </summary>
internal sealed class ConnectionGate(int most)
{
    // Without a request at the moment; the one that has been so for longest first.
    private readonly LinkedList<ConnectionContext> _idle = [];

    // With an answer that has no end.
    private readonly LinkedList<ConnectionContext> _streams = [];

    // Told to go, but not gone yet.
    private readonly HashSet<LinkedListNode<ConnectionContext>> _going = [];
    private int _count;

    internal async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var node = new LinkedListNode<ConnectionContext>(connection);
        using var client = new ClientWatch(connection);
        connection.Features.Set(new ConnectionUse(use => Move(node, use), client));
        // A client that has nothing more to say may well wait for its answer; Kestrel would abort the connection.
        connection.ConnectionClosed = CancellationToken.None;
        Enter(node)?.Abort(new ConnectionAbortedException("more connections than there may be"));
        try
        {
            await next(connection);
        }
        finally
        {
            Leave(node);
            UsedMemory.Add(UsedMemory.OfConnection);
        }
    }

    /// <summary>Closes every connection without a request, also one that has sent a part of it.</summary>
    internal void CloseIdle()
    {
        ConnectionContext[] idle;
        lock (_idle)
            idle = [.. _idle];
        foreach (var connection in idle)
            connection.Abort(new ConnectionAbortedException("the daemon ends"));
    }

    /// <returns>The connection that must go for this one: this one itself, when all others are busy.</returns>
    private ConnectionContext? Enter(LinkedListNode<ConnectionContext> node)
    {
        lock (_idle)
        {
            _idle.AddLast(node);
            if (++_count <= most)
                return null;
            // This one is idle itself; a stream may go before it.
            var (list, first) = _idle.Count == 1 && _streams.First is { } oldest ? (_streams, oldest) : (_idle, _idle.First!);
            list.Remove(first);
            _count--; // it is as good as gone: or the next one would drive out another one for it
            _going.Add(first);
            return first.Value;
        }
    }

    private void Leave(LinkedListNode<ConnectionContext> node)
    {
        lock (_idle)
        {
            if (!_going.Remove(node))
                _count--;
            node.List?.Remove(node);
        }
    }

    private void Move(LinkedListNode<ConnectionContext> node, Use use)
    {
        lock (_idle)
        {
            if (_going.Contains(node))
                return;
            node.List?.Remove(node);
            if (use != Use.Answer)
                (use == Use.None ? _idle : _streams).AddLast(node);
        }
    }
}

/// <summary>What a connection is used for at the moment.</summary>
internal enum Use
{
    None,
    Answer,
    Stream,
}

/// <summary>Of a connection: to be told when a request begins and ends on it.</summary>
internal sealed class ConnectionUse(Action<Use> set, ClientWatch client)
{
    internal ClientWatch Client => client;

    internal void Begin() => set(Use.Answer);

    /// <summary>The answer has no end.</summary>
    internal void BeginStream() => set(Use.Stream);

    internal void End() => set(Use.None);
}
