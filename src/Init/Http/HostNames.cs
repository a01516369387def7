using System.Net;
using Init.Config;

namespace Init.Http;

/// <summary>
/// By which names a server may be asked. A browser can be led to take us for another site's own server, by a name of that site that comes
/// to mean our address (DNS rebinding), and no header tells: but the name in Host is that site's. So a server without a login, where nothing
/// else would refuse such a page, answers to names that no stranger can register:
/// <code>
///   an address, no name at all, a text that is no name     no lookup leads to it
///   localhost, *.localhost, a name without a dot           not in anybody's domain; container networks have such names
///   the machine's own name
///   what `allowed_hosts` lists: NAME, *.NAME, or * for all
/// </code>
/// </summary>
internal static class HostNames
{
    private const string Any = "*";
    private const string Localhost = ".localhost";

    private static readonly string _own = ReadingContext.HostName();

    internal static string Refusal(HttpServerConfig server) =>
        $"This server has no login and is not known by the name in the Host header. List the name in allowed_hosts of [{server.Section}].";

    /// <param name="host">The Host header, with or without a port; null for none.</param>
    internal static bool Allow(HttpServerConfig server, string? host) => server.Path is not null || !string.IsNullOrEmpty(server.Username)
        || NameIn(host) is not { } name || IsKnown(name) || server.AllowedHosts.Any(allowed => Covers(allowed, name));

    private static bool IsKnown(string name) => !name.Contains('.', StringComparison.Ordinal)
        || name.EndsWith(Localhost, StringComparison.OrdinalIgnoreCase) || name.Equals(_own, StringComparison.OrdinalIgnoreCase);

    private static bool Covers(string allowed, string name) => allowed == Any || (allowed.StartsWith("*.", StringComparison.Ordinal)
        ? name.EndsWith(allowed[1..], StringComparison.OrdinalIgnoreCase)
        : name.Equals(WithoutDot(allowed), StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// The name that a lookup may have led here by; null where there is none. Proxies are configured to add a path to it, and what a browser
    /// sends has neither a user nor a blank.
    /// </summary>
    private static string? NameIn(string? host)
    {
        if (host is null)
            return null;
        var end = host.AsSpan().IndexOfAny("/\\?#");
        var name = end < 0 ? host : host[..end];
        name = name[(name.LastIndexOf('@') + 1)..];
        if (name.LastIndexOf(':') is > 0 and var colon && name.IndexOf(':', StringComparison.Ordinal) == colon)
            name = name[..colon];
        name = WithoutDot(name);
        return name.Length > 0 && name.All(IsOfName) && !IPAddress.TryParse(name, out _) ? name : null;
    }

    private static string WithoutDot(string name) => name.EndsWith('.') ? name[..^1] : name;

    private static bool IsOfName(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.';
}
