using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Init.Http;
using Init.Os;
using Init.Processes;
using Init.XmlRpc;
using Microsoft.AspNetCore.Http;

namespace Init.Web;

/// <summary>
/// Supervisor's addresses for people (E-077 to E-098), and the stream that keeps our page alive. An action changes something by POST from
/// our own page, which has its token, or by GET as in Supervisor's links; neither from another site.
/// </summary>
internal sealed class Pages
{
    private const int TailBytes = 1024;

    /// <summary>More is not for a page: /logtail streams it.</summary>
    private const int MostTailBytes = 256 * 1024;

    /// <summary>Memory on a page that is loaded may be so old: then a reload by many is no load.</summary>
    private static readonly TimeSpan _memoryAge = TimeSpan.FromSeconds(2);

    private readonly ISupervisor _supervisor;
    private readonly string _version;
    private readonly PageActions _actions;
    private readonly TreeSampler _trees;
    private readonly EventStream _events;
    private readonly Metrics _metrics;
    private readonly RepeatedAnswer _index = new();
    private readonly RepeatedAnswer _tail = new();

    /// <param name="version">The version of Supervisor that is followed.</param>
    /// <param name="ownVersion">Our own.</param>
    internal Pages(ISupervisor supervisor, MethodCaller caller, string version, string ownVersion)
    {
        (_supervisor, _version) = (supervisor, version);
        _actions = new PageActions(caller);
        _trees = new TreeSampler(supervisor);
        _events = new EventStream(supervisor, _trees);
        _metrics = new Metrics(supervisor, _trees, ownVersion);
    }

    internal async Task HandleAsync(HttpContext context, string path)
    {
        var name = "/" + path.TrimStart('/');
        var isPage = name is "/" or "/index.html" or "/tail.html" or "/ok.html" or "/events" or "/metrics";
        var method = context.Request.Method;
        if (!isPage)
            await ErrorPage.WriteAsync(context, StatusCodes.Status404NotFound);
        else if (!HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !HttpMethods.IsPost(method))
            await ErrorPage.WriteAsync(context, StatusCodes.Status400BadRequest);
        else
            await (name switch
            {
                "/metrics" => _metrics.HandleAsync(context),
                "/events" => _events.HandleAsync(context),
                "/ok.html" => OkAsync(context),
                "/tail.html" => TailAsync(context, await PageForm.ReadAsync(context)),
                _ => IndexAsync(context, await PageForm.ReadAsync(context)),
            });
    }

    private static async Task OkAsync(HttpContext context)
    {
        context.Response.ContentType = "text/plain";
        context.Response.ContentLength = 2;
        await context.Response.Body.WriteAsync("OK"u8.ToArray());
    }

    private async Task IndexAsync(HttpContext context, PageForm form)
    {
        if (form["action"] is { Length: > 0 } action && !HttpMethods.IsHead(context.Request.Method))
        {
            await ActAsync(context, action, form);
            return;
        }
        await SendAsync(context, _index, page => WriteIndexAsync(page, form["message"], PageToken.Of(context)));
    }

    private async Task WriteIndexAsync(Pieces page, string? message, string token)
    {
        var trees = await _trees.SampleAsync(_memoryAge);
        var now = Clock.WallClock;
        var (rows, identifier) = await _supervisor.Loop.CallAsync(() =>
            (ProcessRows.Of(_supervisor.Groups, now), _supervisor.Configuration.Supervisord.Identifier));
        for (var n = 0; n < rows.Count; n++)
            if (trees.TryGetValue(rows[n].Pid, out var tree))
                rows[n] = rows[n] with { Memory = tree.ResidentBytes };
        StatusPage.Write(page, rows, identifier, _version, message, token, now.ToUnixTimeSeconds());
    }

    private async Task TailAsync(HttpContext context, PageForm form)
    {
        var name = form["processname"];
        var limit = long.TryParse(form["limit"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked)
            ? (int)Math.Clamp(asked, TailBytes, MostTailBytes)
            : TailBytes;
        await SendAsync(context, _tail, async page => TailPage.Write(page, name, await TailTextAsync(name, limit), limit));
    }

    private async Task<string> TailTextAsync(string? name, int limit)
    {
        if (string.IsNullOrEmpty(name))
            return "No process name found";
        try
        {
            return await _actions.CallAsync("readProcessStdoutLog", name, -limit, 0) is XmlRpcString(var text) ? text : "";
        }
        catch (RpcFault fault)
        {
            return fault.Code == FaultCode.NoFile ? $"No file for {name}" : $"ERROR: unexpected rpc fault [{(int)fault.Code}] {fault.Message}";
        }
    }

    private static Task SendAsync(HttpContext context, RepeatedAnswer answer, Func<Pieces, Task> write)
    {
        BeginPage(context);
        return answer.SendAsync(context, write);
    }

    private static void BeginPage(HttpContext context)
    {
        var headers = context.Response.Headers;
        context.Response.ContentType = "text/html;charset=utf-8";
        headers.Pragma = "no-cache";
        headers.CacheControl = "no-cache";
        headers.Expires = "Thu, 01 Jan 1970 00:00:00 GMT";
        headers.ContentSecurityPolicy = StatusPage.ContentSecurityPolicy;
        headers["Referrer-Policy"] = "same-origin";
    }

    /// <summary>An action runs to its end, then the answer leads to the page that tells of it (E-088).</summary>
    private async Task ActAsync(HttpContext context, string action, PageForm form)
    {
        var (process, byForm) = (form["processname"], HttpMethods.IsPost(context.Request.Method));
        if (!(byForm && PageToken.Is(context, form.Posted(PageToken.Name))) && (Provenance.IsForeign(context) || (!byForm && Provenance.IsUncertain(context))))
        {
            await RefuseAsync(context, action, process, byForm);
            return;
        }
        if (await _actions.RunAsync(action, process) is not { } result)
        {
            await ErrorPage.WriteAsync(context, StatusCodes.Status400BadRequest);
            return;
        }
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store"; // or the browser would take the answer of last time for the action
        if (context.Request.Headers.Accept.ToString().Contains("application/json", StringComparison.Ordinal))
        {
            await SendJsonAsync(context, result);
            return;
        }
        headers.Location = $"{(byForm ? "." : ServerUrl(context.RequestedHost()))}/?message={Uri.EscapeDataString(result.Message)}";
        await ErrorPage.WriteAsync(context, byForm ? StatusCodes.Status303SeeOther : StatusCodes.Status301MovedPermanently);
    }

    /// <summary>A link is refused with a page on which a person can confirm it: somebody may have followed a bookmark, or a link that is meant.</summary>
    private static async Task RefuseAsync(HttpContext context, string action, string? process, bool byForm)
    {
        if (byForm)
        {
            await ErrorPage.WriteAsync(context, StatusCodes.Status403Forbidden, Provenance.Refusal);
            return;
        }
        var page = new ArrayBufferWriter<byte>();
        ConfirmPage.Write(page, action, process, PageToken.Of(context));
        BeginPage(context);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        context.Response.ContentLength = page.WrittenCount;
        await context.Response.Body.WriteAsync(page.WrittenMemory);
    }

    private static async Task SendJsonAsync(HttpContext context, ActionResult result)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("message"u8, result.Message);
            json.WriteBoolean("error"u8, result.IsError);
            json.WriteEndObject();
        }
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.WrittenCount;
        await context.Response.Body.WriteAsync(body.WrittenMemory);
    }

    /// <summary>As the client knows us (E-089), with the path that a proxy may have added; without a name, where the page is.</summary>
    internal static string ServerUrl(string? host) => host is [var first, ..] && (char.IsAsciiLetterOrDigit(first) || first == '[') && host.All(IsOfUrl)
        ? $"http://{(host.EndsWith(":80", StringComparison.Ordinal) ? host[..^3] : host)}"
        : ".";

    private static bool IsOfUrl(char letter) => char.IsAsciiLetterOrDigit(letter) || "-._~:/[]".Contains(letter, StringComparison.Ordinal);
}
