using System.Buffers;
using System.Text;

namespace Init.Web;

/// <summary>The page at `/tail.html` (E-097, E-098): the end of a program's stdout, as it was when asked.</summary>
internal static class TailPage
{
    /// <summary>Bytes of a log; what is not UTF-8, as a character cut at the limit, becomes U+FFFD.</summary>
    internal static void Write(IBufferWriter<byte> output, string? name, ReadOnlySpan<byte> log, int limit) =>
        Write(output, name, Encoding.UTF8.GetString(log), limit);

    /// <param name="name">As it was asked for, or null: then nothing can be asked again.</param>
    internal static void Write(IBufferWriter<byte> page, string? name, string text, int limit)
    {
        PageFrame.Begin(page, $"Supervisor tail of process {name ?? "None"}");
        page.WriteHtml($"""
            <header>
            <h1>{name ?? "None"}</h1>
            <p><a href="./">All programs</a>
            """);
        if (name is not null)
            page.WriteHtml($"""
                 <a href="logtail/{name:url}">Live</a> <a href="tail.html?processname={name:url}&amp;limit={limit}">Refresh</a>
                """);
        // A parser drops the first newline of a pre.
        page.WriteHtml($"</p>\n</header>\n<pre>\n{Html.Shown(text)}</pre>\n</main>\n");
        PageFrame.End(page);
    }
}
