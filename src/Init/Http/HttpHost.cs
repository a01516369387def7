using System.Globalization;
using Init.Os;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Init.Http;

/// <summary>What answers requests, on any thread. What it throws becomes a 500, a request body that breaks a limit its own status.</summary>
internal interface IRequestHandler
{
    Task HandleAsync(HttpContext context);

    /// <summary>Whether anybody may ask this, without the server's login.</summary>
    bool IsPublic(HttpRequest request);

    /// <summary>A defect or a refused login: something for the log.</summary>
    void Failed(HttpContext context, Exception exception);
}

/// <summary>
/// Kestrel over the sockets of all server sections. It has threads of its own and touches no state: whatever a request asks is asked
/// of the loop. Every size and every wait of a client has a limit.
/// </summary>
internal sealed class HttpHost : IDisposable
{
    /// <summary>Of a request's body, in bytes, where there is memory enough: the largest is text for a program's stdin.</summary>
    internal const int LargestBody = 4 * 1024 * 1024;

    /// <summary>The same, in this container's memory.</summary>
    internal static int MostBody { get; } = Math.Min(LargestBody, AnswerMemory.Calls.Most / AnswerMemory.BytesOfCall);

    /// <summary>Of what a client has sent and nobody has read yet, in bytes for each connection.</summary>
    internal const int RequestBuffer = 64 * 1024;

    /// <summary>How long an idle connection is kept .</summary>
    private static readonly TimeSpan _keepAlive = TimeSpan.FromMinutes(30);

    /// <summary>After <see cref="RequestReader.Patience"/>.</summary>
    private static readonly TimeSpan _headersTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How long a reply under way may take once we end.</summary>
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(1);

    // What becomes ready is read and answered on the thread that noticed it, and not on another one that has to be woken: nothing of
    // ours waits there. The runtime has no other switch for it; our programs get the environment we were started with.
    // Then it takes a thread for each core, of which a large machine has more than anybody asks us for.
    static HttpHost()
    {
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", WorkerThreads.AtOnce.ToString(CultureInfo.InvariantCulture));
    }

    private readonly IServer _server;
    private readonly IReadOnlyList<ConnectionGate> _gates;
    private readonly CancellationTokenSource _ending = new();

    private HttpHost(IServer server, IReadOnlyList<ConnectionGate> gates)
    {
        _server = server;
        _gates = gates;
    }

    /// <summary>Makes what all servers share. To be called on the loop thread.</summary>
    /// <exception cref="SyscallException">Not enough descriptors.</exception>
    /// <exception cref="OutOfMemoryException">Not enough threads or memory.</exception>
    internal static void Prepare()
    {
        WorkerThreads.Make();
        SocketThreads.Make();
    }

    /// <param name="maxConnections">At all sockets together. Each has its part, so that who fills one leaves the others to their clients.</param>
    internal static HttpHost Start(IReadOnlyList<ServerSocket> sockets, IRequestHandler handler, int maxConnections)
    {
        var gates = sockets.Select(_ => new ConnectionGate(Math.Max(1, maxConnections / sockets.Count))).ToList();
        var server = KestrelBuilder.Build(options =>
        {
            options.AddServerHeader = false;
            options.AllowHostHeaderOverride = true; // the host of `GET http://host/` counts (RFC 9112, 3.2.2)
            options.Limits.MaxRequestBodySize = MostBody;
            options.Limits.MaxRequestBufferSize = RequestBuffer;
            options.Limits.MaxResponseBufferSize = AnswerInPieces.AtOnce;
            options.Limits.KeepAliveTimeout = _keepAlive;
            options.Limits.RequestHeadersTimeout = _headersTimeout;
            foreach (var (socket, gate) in sockets.Zip(gates))
                options.ListenHandle((ulong)socket.Descriptor, listen =>
                {
                    listen.Protocols = HttpProtocols.Http1;
                    listen.Use(next => connection =>
                    {
                        var reader = new RequestReader(connection.Transport.Input);
                        connection.Transport = new Duplex(reader, connection.Transport.Output);
                        connection.Features.Set(reader);
                        connection.Features.Set(socket.Config);
                        return gate.RunAsync(connection, next);
                    });
                });
        });
        var host = new HttpHost(server, gates);
        try
        {
            server.StartAsync(new HttpApplication(handler, host._ending.Token), CancellationToken.None).GetAwaiter().GetResult();
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <summary>Takes no more connections, ends streams, lets the replies under way out, and drops what is left after a second.</summary>
    internal async Task StopAsync()
    {
        using var grace = new CancellationTokenSource(_grace);
        await _ending.CancelAsync();
        foreach (var gate in _gates)
            gate.CloseIdle();
        await _server.StopAsync(grace.Token);
    }

    public void Dispose()
    {
        _server.Dispose();
        _ending.Dispose();
    }
}
