using Init.Processes;
using Init.States;
using Microsoft.AspNetCore.Http;

namespace Init.Web;

/// <summary>
/// /healthz and /readyz, as Kubernetes and load balancers ask: 200 or 503 and nothing else that a stranger could learn. The first tells
/// whether something has failed that nothing but a new container may cure, the second whether all that should run is there.
/// </summary>
internal sealed class HealthPaths(ISupervisor supervisor)
{
    private const string Alive = "/healthz";
    private const string Ready = "/readyz";

    /// <summary>Whether a request is for one of these, which need no login.</summary>
    internal static bool Has(HttpRequest request) =>
        request.Path.Value is Alive or Ready && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method));

    internal async Task HandleAsync(HttpContext context)
    {
        var isAlive = context.Request.Path.Value == Alive;
        var isFine = await supervisor.Loop.CallAsync(() => isAlive ? IsAlive() : IsReady());
        var text = isFine ? "ok\n"u8.ToArray() : "unavailable\n"u8.ToArray();
        var response = context.Response;
        response.StatusCode = isFine ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        response.ContentType = "text/plain";
        response.ContentLength = text.Length;
        response.Headers.CacheControl = "no-store";
        if (HttpMethods.IsGet(context.Request.Method))
            await response.Body.WriteAsync(text);
    }

    /// <summary>An end under way is no failure: a kill would only cut it short.</summary>
    internal bool IsAlive() => supervisor.State < SupervisorState.Running || Verdict.OfAll(supervisor.Groups.ByName) < Standing.Failed;

    internal bool IsReady() => supervisor.State == SupervisorState.Running && Verdict.OfAll(supervisor.Groups.ByName) == Standing.Fine;
}
