using System.Net.Sockets;
using Init.Os;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Init.Http;

/// <summary>
/// Whether a client is still there. The end of what it sends may mean two things: it has closed its writing half and waits for its answer
/// (`socat`, `nc -N`), or it is gone. A unix socket tells these apart at once. TCP does not: the kernel of a client that is gone refuses
/// only what is sent to it, so probes are sent, and the socket is asked from time to time for as long as an answer is due.
/// </summary>
internal sealed class ClientWatch : IDisposable
{
    private static readonly TimeSpan _betweenLooks = TimeSpan.FromSeconds(5);

    /// <summary>Of TCP, in seconds and a count. A client's kernel forgets a closed socket after a minute and then answers with a reset.</summary>
    private const int ProbeAfter = 20, ProbeEvery = 20, LostProbes = 3;

    private readonly Lock _lock = new();
    private readonly Socket? _socket;
    private readonly CancellationTokenSource _gone = new();
    private CancellationTokenRegistration _atEnd;
    private Timer? _timer;
    private bool _isWatching;
    private bool _isOver;

    internal ClientWatch(ConnectionContext connection)
    {
        _socket = connection.Features.Get<IConnectionSocketFeature>()?.Socket;
        InputEnded = connection.ConnectionClosed;
    }

    /// <summary>Cancelled when the client sends nothing more: it is gone, or has closed its writing half.</summary>
    internal CancellationToken InputEnded { get; }

    /// <summary>Cancelled when it is gone. Nothing is watched before this is first asked for.</summary>
    internal CancellationToken Gone
    {
        get
        {
            lock (_lock)
            {
                if (_isOver)
                    return InputEnded;
                if (_isWatching)
                    return _gone.Token;
                _isWatching = true;
            }
            _atEnd = InputEnded.UnsafeRegister(static watch => ((ClientWatch)watch!).Begin(), this);
            return _gone.Token;
        }
    }

    private void Begin()
    {
        lock (_lock)
        {
            if (_isOver || _socket is null)
                return;
            if (_socket.ProtocolType == ProtocolType.Tcp)
                SendProbes(_socket);
            _timer = new Timer(static watch => ((ClientWatch)watch!).Look(), this, TimeSpan.Zero, _betweenLooks);
        }
    }

    private static void SendProbes(Socket socket)
    {
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, ProbeAfter);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, ProbeEvery);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, LostProbes);
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection has just ended, or was reset: the next look says so.
        }
    }

    private void Look()
    {
        lock (_lock)
        {
            if (_isOver || !IsGone(_socket!))
                return;
            _timer?.Dispose();
        }
        _ = _gone.CancelAsync(); // not here: what a callback throws would end the process
    }

    private static bool IsGone(Socket socket)
    {
        var isHeld = false;
        var handle = socket.SafeHandle;
        try
        {
            handle.DangerousAddRef(ref isHeld);
            return StreamSockets.IsGone((int)handle.DangerousGetHandle());
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
        finally
        {
            if (isHeld)
                handle.DangerousRelease();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isOver = true;
            _timer?.Dispose();
        }
        _atEnd.Dispose();
    }
}
