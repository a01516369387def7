namespace Init.Web;

/// <summary>What the pages inline, read from the binary once. The hashes are of the build: see the target HashPageAssets.</summary>
internal static class PageAssets
{
    /// <summary>
    /// Nothing is loaded from elsewhere, and nothing runs but the one script: a name or a log line that got past escaping would still
    /// be dead text.
    /// </summary>
    internal const string ContentSecurityPolicy =
        $"default-src 'none'; script-src 'sha256-{PageHashes.Script}'; style-src 'sha256-{PageHashes.Style}'; img-src data:; " +
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    internal static byte[] Style { get; } = Read("page.css");

    internal static byte[] Script { get; } = Read("page.js");

    internal static byte[] Icon { get; } = Read("icon.svg");

    private static byte[] Read(string name)
    {
        using var stream = typeof(PageAssets).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
