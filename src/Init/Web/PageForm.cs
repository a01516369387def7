using Microsoft.AspNetCore.Http;

namespace Init.Web;

/// <summary>The values of a query and of a form in the body: the body wins; of one name the first in a query, the last in a body (E-078).</summary>
internal readonly struct PageForm
{
    private readonly IQueryCollection _query;
    private readonly IFormCollection? _body;

    private PageForm(IQueryCollection query, IFormCollection? body) => (_query, _body) = (query, body);

    internal static async Task<PageForm> ReadAsync(HttpContext context) =>
        new(context.Request.Query, context.Request.HasFormContentType ? await context.Request.ReadFormAsync() : null);

    internal string? this[string name] => _body?[name] is [.., var last] ? last : _query[name] is [var first, ..] ? first : null;
}
