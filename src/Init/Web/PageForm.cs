using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Init.Web;

/// <summary>The values of a query and of a form in the body: the body wins; of one name the first in a query, the last in a body (E-078).</summary>
internal readonly struct PageForm
{
    private readonly IQueryCollection _query;
    private readonly IFormCollection? _body;

    private PageForm(IQueryCollection query, IFormCollection? body) => (_query, _body) = (query, body);

    /// <summary>In bytes; ours have a few hundred.</summary>
    private const int LargestBody = 64 * 1024;

    /// <exception cref="BadHttpRequestException">The body is too large, or its end does not come.</exception>
    internal static async Task<PageForm> ReadAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = LargestBody;
        return new(context.Request.Query, context.Request.HasFormContentType ? await context.Request.ReadFormAsync() : null);
    }

    /// <summary>A value that only the body may have.</summary>
    internal string? Posted(string name) => _body?[name] is [.., var last] ? last : null;

    internal string? this[string name] => Posted(name) ?? (_query[name] is [var first, ..] ? first : null);
}
