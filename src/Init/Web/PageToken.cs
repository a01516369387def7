using System.Security.Cryptography;
using System.Text;
using Init.Config;
using Init.Http;
using Init.Os;
using Microsoft.AspNetCore.Http;

namespace Init.Web;

/// <summary>
/// What an action of our own page carries, and no other site's page can know: so it needs no header that a proxy may have changed. It holds
/// for as long as this process lives, for one server and its login.
/// </summary>
internal static class PageToken
{
    /// <summary>Of the field in a form.</summary>
    internal const string Name = "token";

    private const int SecretLength = 20;

    private static readonly string _secret = Convert.ToHexStringLower(SystemRandom.Bytes(SecretLength));

    internal static string Of(HttpContext context)
    {
        var server = context.Features.Get<HttpServerConfig>();
        return Convert.ToHexStringLower(Sha1.Hash(Encoding.UTF8.GetBytes($"{_secret}\n{server?.Section}\n{server?.Username}\n{server?.Password}")));
    }

    internal static bool Is(HttpContext context, string? token) =>
        token is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Of(context)), Encoding.UTF8.GetBytes(token));
}
