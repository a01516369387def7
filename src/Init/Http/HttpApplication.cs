using Init.Config;
using Init.Os;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Init.Http;

/// <summary>What every request has in common: the login, the end of the daemon, and an answer when its handler throws.</summary>
internal sealed class HttpApplication(IRequestHandler handler, CancellationToken ending) : IHttpApplication<HttpContext>
{
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public async Task ProcessRequestAsync(HttpContext context)
    {
        var use = context.Features.Get<ConnectionUse>();
        use?.Begin();
        context.Items[typeof(CancellationToken)] = ending;
        if (context.Features.Get<RequestReader>()?.Head.IsLast == true)
            context.Response.Headers.Connection = "close";
        try
        {
            if ((handler.IsPublic(context.Request) || !await RefuseAsync(context)) && !await IsTooLargeAsync(context))
                await handler.HandleAsync(context);
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested || ending.IsCancellationRequested
            || (e is OperationCanceledException && use?.Client.InputEnded.IsCancellationRequested == true))
        {
            // The client is gone, or we go: there is nobody to tell. No answer must not look like an empty one.
            if (!context.Response.HasStarted)
                context.Abort();
        }
        catch (BadHttpRequestException e)
        {
            await ErrorPage.WriteAsync(context, e.StatusCode);
        }
        catch (Exception e) when (e is ConnectionResetException or ConnectionAbortedException)
        {
            context.Abort(); // of the client's doing, or for another connection, while we read from it
        }
        catch (Exception e)
        {
            handler.Failed(context, e);
            if (context.Response.HasStarted)
                context.Abort();
            else
                await ErrorPage.WriteAsync(context, e is OutOfMemoryException or TooManyBytesException
                    ? StatusCodes.Status503ServiceUnavailable
                    : StatusCodes.Status500InternalServerError);
        }
        finally
        {
            use?.End();
        }
    }

    /// <summary>Answers a request whose body would be too large, before anything is done for it.</summary>
    private static async Task<bool> IsTooLargeAsync(HttpContext context)
    {
        if (!(context.Request.ContentLength > HttpHost.MostBody))
            return false;
        context.Response.Headers.Connection = "close"; // the body is not read
        await ErrorPage.WriteAsync(context, StatusCodes.Status413PayloadTooLarge);
        return true;
    }

    /// <summary>
    /// Answers a request that lacks the login of its server, which every path of Supervisor's needs, or that asks a server without
    /// a login by a name that is not its own.
    /// </summary>
    private static async Task<bool> RefuseAsync(HttpContext context)
    {
        var server = context.Features.Get<HttpServerConfig>()!;
        if (!HostNames.Allow(server, context.RequestedHost()))
        {
            await ErrorPage.WriteAsync(context, StatusCodes.Status403Forbidden, HostNames.Refusal(server));
            return true;
        }
        switch (BasicAuthentication.Check(server, context.Request.Headers.Authorization))
        {
            case Login.Accepted:
                return false;
            case Login.Malformed:
                await ErrorPage.WriteAsync(context, StatusCodes.Status400BadRequest);
                return true;
            default:
                // What else comes on this connection is not read.
                context.Response.Headers.Connection = "close";
                context.Response.Headers.WWWAuthenticate = "Basic realm=\"default\"";
                await ErrorPage.WriteAsync(context, StatusCodes.Status401Unauthorized);
                return true;
        }
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }
}

internal static class RequestContext
{
    /// <summary>The Host header as it was sent; null for none.</summary>
    internal static string? RequestedHost(this HttpContext context) =>
        context.Features.Get<RequestReader>()?.Head.Host ?? (context.Request.Host is { HasValue: true } host ? host.Value : null);

    /// <summary>Cancelled when the connection is gone or the daemon ends.</summary>
    internal static CancellationTokenSource Ending(this HttpContext context) =>
        CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, (CancellationToken)context.Items[typeof(CancellationToken)]!);

    /// <summary>The same, also cancelled when the client is gone: for an answer that takes long, when nothing else would tell.</summary>
    internal static CancellationTokenSource EndingOrGone(this HttpContext context) => CancellationTokenSource.CreateLinkedTokenSource(
        context.RequestAborted, (CancellationToken)context.Items[typeof(CancellationToken)]!, context.Features.Get<ConnectionUse>()?.Client.Gone ?? default);

    /// <summary>The answer will have no end but that.</summary>
    internal static CancellationTokenSource BeginStream(this HttpContext context)
    {
        context.Features.Get<ConnectionUse>()?.BeginStream();
        return context.EndingOrGone();
    }

    /// <summary>
    /// For the waits of a stream: also cancelled when the client sends nothing more. As in Supervisor it is sent what there is, and then
    /// the stream ends: clients that leave would else be noticed too late.
    /// </summary>
    internal static CancellationTokenSource Listening(this HttpContext context, CancellationTokenSource ending) =>
        CancellationTokenSource.CreateLinkedTokenSource(ending.Token, context.Features.Get<ConnectionUse>()?.Client.InputEnded ?? default);
}
