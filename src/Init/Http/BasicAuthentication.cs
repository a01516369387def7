using System.Security.Cryptography;
using System.Text;
using Init.Config;

namespace Init.Http;

internal enum Login
{
    Accepted,
    Refused,

    /// <summary>An Authorization header that is none: 400 .</summary>
    Malformed,
}

/// <summary>
/// The Basic scheme against one user's name and password, in plain text or as `{SHA}` and the hex digits of its SHA-1 (C-179). How long
/// a comparison takes says nothing of where it fails.
/// </summary>
internal static class BasicAuthentication
{
    private const string Scheme = "basic";
    private const string HashPrefix = "{SHA}";

    internal static Login Check(HttpServerConfig server, string? authorization)
    {
        if (string.IsNullOrEmpty(server.Username))
            return Login.Accepted; // C-178
        var blank = authorization?.IndexOf(' ', StringComparison.Ordinal) ?? -1;
        if (blank < 0 || !authorization.AsSpan(0, blank).Equals(Scheme, StringComparison.OrdinalIgnoreCase))
            return Login.Refused;
        var credentials = Decode(authorization![(blank + 1)..].Trim());
        var colon = credentials?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (colon < 0)
            return Login.Malformed;
        // Both are compared whatever the first says.
        var accepted = Same(credentials![..colon], server.Username) & IsPassword(credentials[(colon + 1)..], server.Password ?? "");
        return accepted ? Login.Accepted : Login.Refused;
    }

    private static string? Decode(string text)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(text));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static bool IsPassword(string given, string stored) => stored.StartsWith(HashPrefix, StringComparison.Ordinal)
        ? Same(Convert.ToHexStringLower(Sha1.Hash(Encoding.UTF8.GetBytes(given))), stored[HashPrefix.Length..])
        : Same(given, stored);

    /// <summary>Of hashes, which are of one length: a comparison of the texts would tell how long the right one is.</summary>
    private static bool Same(string given, string stored) =>
        CryptographicOperations.FixedTimeEquals(Sha1.Hash(Encoding.UTF8.GetBytes(given)), Sha1.Hash(Encoding.UTF8.GetBytes(stored)));
}
