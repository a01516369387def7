using Init.Os;
using Init.XmlRpc;

namespace Init.Ctl;

/// <summary>Calls a method of the daemon and waits for its result, however long that takes.</summary>
internal interface IRpc
{
    /// <exception cref="RpcFault">The method refused.</exception>
    /// <exception cref="CallException">There was no usable answer.</exception>
    /// <exception cref="SyscallException">Connecting, sending or receiving failed.</exception>
    XmlRpcValue Call(string method, params ReadOnlySpan<XmlRpcValue> parameters);
}

/// <summary>XML-RPC over one connection that stays open between calls.</summary>
internal sealed class RpcClient(ServerUrl url, string? authorization, Waiting waiting) : IRpc, IDisposable
{
    private readonly XmlRpcWriter _request = new();
    private Connection? _connection;

    public XmlRpcValue Call(string method, params ReadOnlySpan<XmlRpcValue> parameters)
    {
        _request.Clear();
        _request.BeginCall(method);
        foreach (var parameter in parameters)
        {
            _request.BeginParameter();
            _request.Value(parameter);
            _request.EndParameter();
        }
        _request.EndCall();

        var head = Exchange();
        if (head.Status != 200)
        {
            Disconnect(); // after a 401 Supervisor's server swallows what follows
            throw new HttpStatusException(head.Status, head.Reason);
        }
        var body = _connection!.Reader.ReadBody(head);
        if (!head.KeepAlive)
            Disconnect();
        return XmlRpcReader.ReadResponse(body);
    }

    public void Dispose() => Disconnect();

    private HttpHead Exchange()
    {
        try
        {
            _connection ??= new Connection(url, waiting);
            _connection.Post(url.Host is null ? "localhost" : url.Authority, authorization, _request.Written);
            return _connection.Reader.ReadHead();
        }
        catch (Exception e) when (e is CallException or SyscallException or InterruptedException)
        {
            Disconnect(); // half an exchange must not be taken for the next one
            throw;
        }
    }

    private void Disconnect()
    {
        _connection?.Dispose();
        _connection = null;
    }
}
