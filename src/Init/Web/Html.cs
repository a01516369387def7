using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Init.Os;

namespace Init.Web;

/// <summary>
/// HTML in UTF-8, as an interpolated string: its literal part is markup, and whatever stands in a hole is escaped, so that forgetting to
/// escape is not possible. The parts go to the output in order; the string itself never exists.
/// <code>
/// {text}       text, or the inside of a quoted attribute
/// {text:url}   one percent-encoded segment or query value of a URL
/// {number}     digits
/// {flag}       an attribute without a value: the only markup a hole can hold
/// </code>
/// </summary>
[InterpolatedStringHandler]
internal readonly ref struct Html
{
    private static readonly SearchValues<char> _special = SearchValues.Create([.. "&<>\"'\x7F", .. Controls()]);

    private readonly IBufferWriter<byte> _output;

    /// <summary>The compiler's call; it passes the lengths first.</summary>
    public Html(int literalLength, int holes, IBufferWriter<byte> output) => (_, _, _output) = (literalLength, holes, output);

    public void AppendLiteral(string html) => Encoding.UTF8.GetBytes(html, _output);

    public void AppendFormatted(long number) => AppendLiteral(number.ToString(CultureInfo.InvariantCulture));

    public void AppendFormatted(HtmlFlag flag)
    {
        if (flag.IsSet)
            AppendLiteral(flag.Attribute);
    }

    /// <summary>A lone surrogate becomes U+FFFD on the way.</summary>
    public void AppendFormatted(ReadOnlySpan<char> text)
    {
        while (true)
        {
            var special = text.IndexOfAny(_special);
            Encoding.UTF8.GetBytes(special < 0 ? text : text[..special], _output);
            if (special < 0)
                return;
            AppendLiteral(Escaped(text[special]));
            text = text[(special + 1)..];
        }
    }

    /// <summary>RFC 3986: all but the unreserved characters is percent-encoded, `/` and `:` as well.</summary>
    public void AppendFormatted(string text, string format)
    {
        if (format != "url")
            throw new FormatException($"no such form: {format}");
        foreach (var b in Encoding.UTF8.GetBytes(text))
            AppendLiteral(char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~'
                ? ((char)b).ToString()
                : "%" + b.ToString("X2", CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// What programs have said, where marks of direction would change how what stands beside them is shown; they and the like become
    /// U+FFFD. Names stay as they are, for buttons and scripts find programs by them.
    /// </summary>
    internal static string Shown(string text) => text.Any(IsMark) ? string.Concat(text.Select(c => IsMark(c) ? '\uFFFD' : c)) : text;

    private static bool IsMark(char c) => c > '\x7F' && VisibleText.IsCommand(c);

    private static string Escaped(char c) => c switch
    {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '"' => "&quot;",
        '\'' => "&#39;",
        // No document may hold these, not even as references: their pictures (U+2400...) show what a log had there.
        '\x7F' => "\u2421",
        _ => ((char)('\u2400' + c)).ToString(),
    };

    /// <summary>The control characters, without tab, line feed and carriage return.</summary>
    private static IEnumerable<char> Controls()
    {
        for (var c = '\0'; c < ' '; c++)
            if (c is not ('\t' or '\n' or '\r'))
                yield return c;
    }
}

/// <summary>` hidden`, or nothing.</summary>
internal readonly record struct HtmlFlag(string Attribute, bool IsSet);

internal static class HtmlOutput
{
    internal static void WriteHtml(
        this IBufferWriter<byte> output, [InterpolatedStringHandlerArgument(nameof(output))] ref Html html) => _ = html;
}
