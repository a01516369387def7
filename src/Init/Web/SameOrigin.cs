using Microsoft.AspNetCore.Http;

namespace Init.Web;

/// <summary>
/// Whether a request that changes something may come from where it comes from. A browser says where: another site's page must not stop
/// programs with the login of whoever looks at it. What is no browser says nothing, and may.
/// </summary>
internal static class SameOrigin
{
    internal static bool Allows(HttpRequest request)
    {
        var headers = request.Headers;
        if (headers["Sec-Fetch-Site"] is [{ Length: > 0 } site])
            return site is "same-origin" or "none"; // none: typed, or a bookmark
        if (headers.Origin is [{ Length: > 0 } origin])
            return IsOwn(origin, request);
        return headers.Referer is not [{ Length: > 0 } referer] || IsOwn(referer, request);
    }

    private static bool IsOwn(string address, HttpRequest request) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase);
}
