using Microsoft.AspNetCore.Http;

namespace Init.Http;

/// <summary>
/// Whether a request comes from another site's page: such a page must not stop programs with the login of whoever looks at it. A browser
/// says where a request comes from, in headers that no page can change; what is no browser says nothing, and may.
/// <code>
///   Sec-Fetch-Site   to https and to the own machine; same-origin, or none for what is typed or bookmarked
///   Origin           with every POST; its host is compared with Host
///   Referer          where there is no other; its host is compared with Host, unless a proxy has replaced that
/// </code>
/// More than one of a kind is nothing that a browser sends.
/// </summary>
internal static class Provenance
{
    internal const string Refusal = "This request comes from the page of another site, or of a name that this server is not known by.";

    /// <summary>Whether a request that is none of our page's own, which carry its token, may change something.</summary>
    internal static bool IsForeign(HttpContext context)
    {
        var headers = context.Request.Headers;
        foreach (var (name, values) in headers)
            if (values.Count > 1 && IsOfBrowser(name))
                return true;
        if (headers.TryGetValue("Sec-Fetch-Site", out var site))
            return site.ToString() is not ("same-origin" or "none");
        if (headers.TryGetValue("Origin", out var origin))
            return !IsOwn(origin.ToString(), context);
        return headers.Referer is [{ Length: > 0 } referer] && !IsOwn(referer, context) && !CameByProxy(context.Request);
    }

    /// <summary>
    /// Whether a link may have been followed, or an image loaded, that another site's page has: a browser asks, over plain http and by another
    /// name than localhost, and does not say which page led it here.
    /// </summary>
    internal static bool IsUncertain(HttpContext context)
    {
        var headers = context.Request.Headers;
        return !headers.ContainsKey("Sec-Fetch-Site") && headers.ContainsKey("Accept-Language")
            && headers.UserAgent.ToString().StartsWith("Mozilla/", StringComparison.Ordinal)
            && !(headers.Referer is [{ Length: > 0 } referer] && IsOwn(referer, context));
    }

    private static bool IsOfBrowser(string header) => header.StartsWith("Sec-Fetch-", StringComparison.OrdinalIgnoreCase)
        || header.Equals("Origin", StringComparison.OrdinalIgnoreCase) || header.Equals("Referer", StringComparison.OrdinalIgnoreCase);

    /// <summary>A browser keeps its connections and speaks HTTP/1.1; the common proxies do neither.</summary>
    private static bool CameByProxy(HttpRequest request) =>
        HttpProtocol.IsHttp10(request.Protocol) || request.Headers.Connection.ToString().Equals("close", StringComparison.OrdinalIgnoreCase);

    private static bool IsOwn(string address, HttpContext context) => Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && uri.Authority.Length > 0 && uri.Authority.Equals(WithoutPath(context.RequestedHost() ?? "", uri), StringComparison.OrdinalIgnoreCase);

    /// <summary>A host as an address has it: without what proxies add to it, and without the port that the scheme implies.</summary>
    private static string WithoutPath(string host, Uri uri)
    {
        var slash = host.IndexOf('/', StringComparison.Ordinal);
        var name = slash < 0 ? host : host[..slash];
        return uri.IsDefaultPort && name.EndsWith($":{uri.Port}", StringComparison.Ordinal) ? name[..name.LastIndexOf(':')] : name;
    }
}
