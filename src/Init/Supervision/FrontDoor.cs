using Init.Config;
using Init.Http;
using Init.Os;
using Init.Output;
using Init.Rpc;
using Init.Web;
using Microsoft.AspNetCore.Http;

namespace Init.Supervision;

/// <summary>
/// Where requests come in: the servers of the configuration, and who answers at which address. Handlers are tried in Supervisor's order,
/// the first three for every address that begins with theirs.
/// </summary>
internal sealed class FrontDoor : IRequestHandler, IDisposable
{
    // Descriptors are also what programs are started with: only a part of them may be connections.
    private const int PartOfDescriptors = 4;
    private static readonly int _mostConnections = MemoryShare.Of(512 * 1024, 1024);

    /// <summary>Longer than the server gives the answers under way.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);

    private static readonly string _ownVersion = typeof(FrontDoor).Assembly.GetName().Version?.ToString(3) ?? "";

    private readonly Supervisor _supervisor;
    private readonly RepeatedLine _failures;
    private readonly ServerStart<ServerSockets, HttpHost> _start;
    private ServerSockets? _opened;
    private readonly RpcEndpoint _rpc;
    private readonly LogTail _tail;
    private readonly Pages _pages;
    private readonly HealthPaths _health;
    private bool _isStuck;

    /// <exception cref="ConfigException">A server's socket cannot be opened.</exception>
    internal FrontDoor(Supervisor supervisor, Configuration configuration, Outlets outlets)
    {
        _supervisor = supervisor;
        var published = new RpcTable(supervisor, configuration.RpcInterfaces.Select(one => one.Name));
        // The page works without any [rpcinterface:x] (C-189).
        var own = new RpcTable(supervisor, [PageActions.Namespace]);
        _failures = supervisor.Activity.Repeated(LogLevel.Error, most: 20);
        _rpc = new RpcEndpoint(supervisor.Loop, supervisor.Activity, supervisor.Calls, published);
        _tail = new LogTail(supervisor);
        _pages = new Pages(supervisor, (call, response) => _rpc.CallForPageAsync(own, call, response), ApiVersion.Supervisor, _ownVersion);
        _health = new HealthPaths(supervisor);
        _opened = ServerSockets.Open(configuration.HttpServers, text => Say(outlets.Stderr, text));
        _start = new(
            new ServerSteps<ServerSockets, HttpHost>(
                Open: () => ServerSockets.Open(configuration.HttpServers, text => supervisor.Loop.Post(() => Say(outlets.Stderr, text))),
                Prepare: HttpHost.Prepare,
                Start: sockets => HttpHost.Start(sockets.All, this, Math.Min(_mostConnections, Limits.OpenFiles / PartOfDescriptors)),
                Post: supervisor.Loop.Post,
                Failed: SayWhyNot,
                Recovered: () => supervisor.Activity.Log(LogLevel.Info, "HTTP servers started after all")),
            (pause, ring) => supervisor.Loop.Alarms.Set(Clock.Now + pause, ring).Cancel);
        foreach (var server in configuration.HttpServers)
        {
            foreach (var one in configuration.RpcInterfaces)
                supervisor.Activity.Log(LogLevel.Info, $"RPC interface '{one.Name}' initialized");
            if (string.IsNullOrEmpty(server.Username))
                supervisor.Activity.Log(outlets.ContainerMode ? LogLevel.Info : LogLevel.Critical,
                    $"Server '{server.Section}' running without any HTTP authentication checking");
        }
    }

    /// <summary>At once, since the second process is soon to be detached from its stderr; but a reload does not wait for one that is not read.</summary>
    private static void Say(SharedStream stderr, string text)
    {
        stderr.WriteOwn(PosixText.Bytes(text));
        stderr.Flush();
    }

    /// <summary>Begins to answer. The server takes its time to start, which programs need not wait for; clients wait in the backlog.</summary>
    internal void Start()
    {
        var sockets = _opened!;
        _opened = null;
        if (sockets.All.Count > 0)
            _start.Begin(sockets);
    }

    /// <summary>What is foreseen is said in a line, anything else with where it happened.</summary>
    private void SayWhyNot(Exception e)
    {
        const string message = "no HTTP server could be started, it is tried again: ";
        if (e is ConfigException or SyscallException or OutOfMemoryException)
            _supervisor.Activity.Log(LogLevel.Critical, message + e.Message);
        else
            _supervisor.Activity.Log(LogLevel.Critical, message, e);
    }

    /// <summary>
    /// Lets the answers under way out, then closes; what they wait for goes on happening meanwhile. However it fails, the end is not to
    /// wait for it.
    /// </summary>
    internal void Close(Action<TimeSpan?> turn)
    {
        _start.End();
        if (_start.Host is not { } host)
            return;
        var closed = false;
        Task.Run(async () =>
        {
            try
            {
                await (await host).StopAsync();
            }
            finally
            {
                _supervisor.Loop.Post(() => closed = true);
            }
        });
        var until = Clock.Now + _patience;
        while (!closed && Clock.Now < until)
            turn(until);
        _isStuck = !closed; // to dispose of it would wait as well
        _supervisor.Calls.End();
    }

    public bool IsPublic(HttpRequest request) => HealthPaths.Has(request);

    public async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        var isCall = path.StartsWith("/RPC2", StringComparison.Ordinal);
        if (!isCall)
            context.Response.Headers.XContentTypeOptions = "nosniff"; // a log may look like a page
        if (HealthPaths.Has(context.Request))
            await _health.HandleAsync(context);
        else if (isCall && HttpMethods.IsPost(context.Request.Method) && Provenance.IsForeign(context))
            await ErrorPage.WriteAsync(context, StatusCodes.Status403Forbidden, Provenance.Refusal);
        else if (isCall)
            await _rpc.HandleAsync(context);
        else if (path.StartsWith("/logtail", StringComparison.Ordinal))
            await _tail.HandleAsync(context, path["/logtail".Length..]);
        else if (path.StartsWith("/mainlogtail", StringComparison.Ordinal))
            await _tail.HandleMainAsync(context);
        else
            await _pages.HandleAsync(context, path);
    }

    public void Failed(HttpContext context, Exception exception)
    {
        var client = context.Connection.RemoteIpAddress?.ToString() ?? context.Features.Get<HttpServerConfig>()?.Path;
        var (words, trace) = exception is OutOfMemoryException or TooManyBytesException
            ? ("there is no memory for this answer", null)
            : ActivityLog.Split(exception);
        _supervisor.Loop.Post(() => _failures.Log($"{client}:Server Error: {words}", trace));
    }

    public void Dispose()
    {
        if (!_isStuck && _start.Host is { IsCompletedSuccessfully: true } host)
            host.Result.Dispose();
        _opened?.Dispose();
        _start.Close();
        _rpc.Dispose();
        _failures.Dispose();
    }
}
