using System.Text;
using Microsoft.AspNetCore.Http;

namespace Init.Http;

/// <summary>Supervisor's page for every status that is an error, or a redirect (R-105).</summary>
internal static class ErrorPage
{
    /// <param name="detail">What to do about it, in words that need no escaping.</param>
    internal static async Task WriteAsync(HttpContext context, int status, string? detail = null)
    {
        if (context.Response.HasStarted)
            return;
        var reason = Reason(status);
        var body = Encoding.ASCII.GetBytes(
            $"<head>\r\n<title>Error response</title>\r\n</head>\r\n<body>\r\n<h1>Error response</h1>\r\n<p>Error code {status}.\r\n" +
            $"<p>Message: {reason}.\r\n{(detail is null ? "" : $"<p>{detail}\r\n")}</body>\r\n");
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html";
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(body);
    }

    private static string Reason(int status) => status switch
    {
        301 => "Moved Permanently",
        303 => "See Other",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        408 => "Request Timeout",
        411 => "Length Required",
        413 => "Content Too Large",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    };
}
