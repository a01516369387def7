using System.Globalization;
using System.Text;

namespace Init.Config;

/// <summary>
/// Text as Python sees it, where Supervisor's messages and grammar show it: which characters are blanks, how a string is
/// quoted by repr(), what int() takes for a number.
/// </summary>
internal static class PythonText
{
    /// <summary>Longer texts are cut in messages: a file of one 10 MB line is no reason for a 10 MB message.</summary>
    private const int ReprLimit = 8192;

    /// <summary>int() shows at most this much of what it refuses.</summary>
    private const int IntReprLimit = 200;

    /// <summary>int() refuses longer numbers.</summary>
    private const int MaxIntDigits = 4300;

    /// <summary>str.isspace(): .NET's white space and the four separators of ASCII.</summary>
    internal static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\x1c' and <= '\x1f';

    /// <summary>str.strip()</summary>
    internal static ReadOnlySpan<char> Strip(ReadOnlySpan<char> text)
    {
        var start = 0;
        while (start < text.Length && IsSpace(text[start])) start++;
        var end = text.Length;
        while (end > start && IsSpace(text[end - 1])) end--;
        return text[start..end];
    }

    internal static string Strip(string text)
    {
        var stripped = Strip(text.AsSpan());
        return stripped.Length == text.Length ? text : stripped.ToString();
    }

    /// <summary>str.split(): the words between blanks.</summary>
    internal static List<string> Words(string text)
    {
        var words = new List<string>();
        for (var i = 0; i < text.Length;)
        {
            if (IsSpace(text[i]))
            {
                i++;
                continue;
            }
            var start = i;
            while (i < text.Length && !IsSpace(text[i])) i++;
            words.Add(text[start..i]);
        }
        return words;
    }

    /// <summary>repr(): single quotes unless the text has some and no double ones; what cannot be printed is escaped.</summary>
    internal static string Repr(string text) => Repr(text, ReprLimit, ascii: false);

    /// <summary>ascii(): as repr(), with everything beyond ASCII escaped.</summary>
    internal static string Ascii(string text) => Repr(text, ReprLimit, ascii: true);

    private static string Repr(string text, int limit, bool ascii)
    {
        var quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        var result = new StringBuilder(Math.Min(text.Length, limit) + 2).Append(quote);
        foreach (var rune in text.EnumerateRunes())
        {
            if (result.Length > limit) return result.Append("...").ToString();
            switch (rune.Value)
            {
                case '\\': result.Append(@"\\"); break;
                case '\n': result.Append(@"\n"); break;
                case '\r': result.Append(@"\r"); break;
                case '\t': result.Append(@"\t"); break;
                case var c when c == quote: result.Append('\\').Append(quote); break;
                case >= ' ' and < 0x7f: result.Append((char)rune.Value); break;
                case < 0x100 when ascii || !IsPrintable(rune): result.Append(@"\x").Append(rune.Value.ToString("x2", CultureInfo.InvariantCulture)); break;
                case < 0x10000 when ascii || !IsPrintable(rune): result.Append(@"\u").Append(rune.Value.ToString("x4", CultureInfo.InvariantCulture)); break;
                case >= 0x10000 when ascii || !IsPrintable(rune): result.Append(@"\U").Append(rune.Value.ToString("x8", CultureInfo.InvariantCulture)); break;
                default: result.Append(rune.ToString()); break;
            }
        }
        return result.Append(quote).ToString();
    }

    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);

    /// <summary>A list of strings as Python prints it: `['a', 'b']`.</summary>
    internal static string ReprList(IEnumerable<string> texts)
    {
        var reprs = new List<string>();
        foreach (var text in texts) reprs.Add(Repr(text));
        return "[" + string.Join(", ", reprs) + "]";
    }

    /// <summary>What int() says of a text that is no number (C-105).</summary>
    internal static string NotAnInteger(string text)
    {
        var digits = 0;
        foreach (var c in text)
            if (DigitOf(c) >= 0) digits++;
        if (digits > MaxIntDigits && IsInteger(text, 10))
            return $"Exceeds the limit ({MaxIntDigits} digits) for integer string conversion: value has {digits} digits";
        var repr = Repr(text);
        return "invalid literal for int() with base 10: " + (repr.Length > IntReprLimit ? repr[..IntReprLimit] : repr);
    }

    /// <summary>
    /// int(text, radix) for radix 10 or 8: blanks around it, a sign, `_` between digits, any script's digits, `0o` before octal ones.
    /// A number beyond 64 bits becomes the nearest one within; its digits are kept for messages.
    /// </summary>
    internal static bool TryInteger(string text, int radix, out long value, out string digits)
    {
        (value, digits) = (0, "");
        var s = text.AsSpan().Trim(); // int() does not take the four separators of ASCII for blanks
        var negative = s is ['-', ..];
        if (s is ['-' or '+', ..]) s = s[1..];
        if (radix == 8 && s is ['0', 'o' or 'O', _, ..])
            s = s[2] == '_' ? s[3..] : s[2..];
        var result = new StringBuilder(negative ? "-" : "");
        var afterDigit = false;
        foreach (var c in s)
        {
            if (c == '_' && afterDigit)
            {
                afterDigit = false;
                continue;
            }
            var digit = DigitOf(c);
            if (digit < 0 || digit >= radix) return false;
            afterDigit = true;
            if (value == 0 && result.Length > 0 && result[^1] == '0') result.Length--;
            result.Append((char)('0' + digit));
            value = value > (long.MaxValue - digit) / radix ? long.MaxValue : value * radix + digit;
        }
        if (!afterDigit || result.Length > MaxIntDigits) return false;
        digits = value == 0 ? "0" : result.ToString();
        if (negative) value = -value;
        return true;
    }

    private static bool IsInteger(string text, int radix)
    {
        foreach (var c in text.AsSpan().Trim().TrimStart("+-"))
            if (c != '_' && (DigitOf(c) < 0 || DigitOf(c) >= radix)) return false;
        return true;
    }

    private static int DigitOf(char c) => c is >= '0' and <= '9' ? c - '0' : c < 0x80 ? -1 : CharUnicodeInfo.GetDecimalDigitValue(c);
}
