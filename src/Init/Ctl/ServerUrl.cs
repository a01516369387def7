using System.Globalization;
using Init.Config;

namespace Init.Ctl;

/// <summary>
/// Where the daemon listens: `unix:///path`, or `http://host:port` with port 80 when there is none (T-018). User info is not used.
/// Any text is taken; an unknown scheme is noticed at the first call (T-019).
/// </summary>
internal sealed class ServerUrl
{
    internal const string Default = "http://localhost:9001";
    private const string UnixScheme = "unix://";
    private const string HttpScheme = "http://";

    internal ServerUrl(string text)
    {
        Text = text;
        if (text.StartsWith(UnixScheme, StringComparison.Ordinal))
            SocketPath = text[UnixScheme.Length..];
        else if (text.StartsWith(HttpScheme, StringComparison.Ordinal))
            (Authority, Host, Port) = Split(text[HttpScheme.Length..]);
    }

    /// <summary>As it was given, for messages.</summary>
    internal string Text { get; }

    /// <summary>null for a TCP server.</summary>
    internal string? SocketPath { get; }

    /// <summary>`host:port` as given, for the Host header of a stream; empty for a unix socket (T-079).</summary>
    internal string Authority { get; } = "";

    /// <summary>Why it leads nowhere, as Python says it.</summary>
    internal string Problem => Authority.Length > 0
        ? $"Port could not be cast to integer value as {PythonText.Repr(Authority[(Authority.LastIndexOf(':') + 1)..])}"
        : $"Unknown protocol for serverurl {Text}";

    /// <summary>null for a unix socket, and for a scheme that is neither.</summary>
    internal string? Host { get; }

    internal int Port { get; }

    private static (string Authority, string? Host, int Port) Split(string rest)
    {
        var end = rest.IndexOfAny(['/', '?', '#']);
        var authority = end < 0 ? rest : rest[..end];
        var address = authority[(authority.LastIndexOf('@') + 1)..];
        var colon = address.LastIndexOf(':');
        if (colon < 0 || address.EndsWith(']'))
            return (authority, WithoutBrackets(address), 80);
        return int.TryParse(address[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535
            ? (authority, WithoutBrackets(address[..colon]), port)
            : (authority, colon == address.Length - 1 ? address[..colon] : null, 80);
    }

    private static string WithoutBrackets(string host) => host is ['[', .., ']'] ? host[1..^1] : host;
}
