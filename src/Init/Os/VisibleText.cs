using System.Buffers;
using System.Globalization;
using System.Text;

namespace Init.Os;

/// <summary>
/// Text of others, made visible: some characters are not shown, but command a terminal or change how what is beside them is shown. They are
/// the control characters (C0, DEL, C1), the separators of lines and paragraphs, and the marks that change the direction of writing.
/// </summary>
internal static class VisibleText
{
    /// <summary>Ends a line for some who show it.</summary>
    private const char LineSeparator = '\u2028', ParagraphSeparator = '\u2029';

    /// <summary>All that is to be made visible; also what stands for a byte that is no UTF-8 (see <see cref="PosixText"/>).</summary>
    private static readonly SearchValues<char> _all = SearchValues.Create(All().ToArray());

    internal static bool IsCommand(int character) => character is
        < ' ' or (>= 0x7F and <= 0x9F) or LineSeparator or ParagraphSeparator
        or 0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);

    private static bool IsByte(char character) => character is >= '\uDC80' and <= '\uDCFF';

    private static IEnumerable<char> All()
    {
        for (var character = '\0'; character < char.MaxValue; character++)
            if (IsCommand(character) || IsByte(character))
                yield return character;
    }

    /// <summary>One line, with `\n`, `\r`, `\x1b` or `\u202e` in the place of each; a tab stays. What has none is returned as it is.</summary>
    internal static string OneLine(string text) => text.AsSpan().IndexOfAny(_all) < 0 ? text : Escaped(text, keptLineEnds: false);

    /// <summary>
    /// The same, but line ends stay. A line that looks like the begin of a log's own is indented, so that it cannot be taken for one.
    /// </summary>
    internal static string Block(string text)
    {
        var visible = text.AsSpan().IndexOfAny(_all) < 0 ? text : Escaped(text, keptLineEnds: true);
        return string.Join('\n', visible.Split('\n').Select(line => LooksDated(line) ? " " + line : line));
    }

    /// <summary>`2026-11-21 ...`</summary>
    private static bool LooksDated(string line) =>
        line.Length >= 10 && line[4] == '-' && line[7] == '-' && line.AsSpan(0, 4).IndexOfAnyExceptInRange('0', '9') < 0;

    private static string Escaped(string text, bool keptLineEnds)
    {
        var escaped = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            if (char.IsHighSurrogate(character) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                escaped.Append(character).Append(text[++i]);
            else if (character == '\t' || (character == '\n' && keptLineEnds) || !(IsCommand(character) || IsByte(character)))
                escaped.Append(character);
            else
                _ = character switch
                {
                    '\n' => escaped.Append("\\n"),
                    '\r' => escaped.Append("\\r"),
                    _ when IsByte(character) => escaped.Append(CultureInfo.InvariantCulture, $"\\x{character - 0xDC00:x2}"),
                    < '\u0100' => escaped.Append(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}"),
                    _ => escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                };
        }
        return escaped.ToString();
    }
}
