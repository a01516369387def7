using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Init.Os;

namespace Init.Output;

/// <summary>Strings of JSON (RFC 8259, section 7) out of bytes that are mostly, but not surely, UTF-8.</summary>
internal static class JsonText
{
    /// <summary>What cannot stand in a string as it is: quote, backslash, control characters.</summary>
    internal static readonly SearchValues<byte> Special =
        SearchValues.Create("\"\\\0\u0001\u0002\u0003\u0004\u0005\u0006\a\b\t\n\v\f\r\u000E\u000F\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F"u8);

    /// <summary>The same, and with what characters begin that are escaped although they need not be: they are not shown, but change what is (VisibleText).</summary>
    private static readonly SearchValues<byte> _escaped = SearchValues.Create([.. "\"\\\x7F"u8, .. Enumerable.Range(0, 32).Select(c => (byte)c), 0xC2, 0xD8, 0xE2]);

    private static ReadOnlySpan<byte> Hex => "0123456789abcdef"u8;

    /// <summary>A whole string, with its quotes.</summary>
    internal static string Quote(string text)
    {
        var escaped = new ByteQueue();
        AppendEscaped(escaped, Encoding.UTF8.GetBytes(text));
        return $"\"{Encoding.UTF8.GetString(escaped.Unread)}\"";
    }

    /// <summary>Appends the inside of a string, without its quotes; what is not UTF-8 becomes U+FFFD.</summary>
    internal static void AppendEscaped(ByteQueue to, ReadOnlySpan<byte> text)
    {
        if (Utf8.IsValid(text))
        {
            AppendValid(to, text);
            return;
        }
        while (!text.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(text, out var rune, out var consumed);
            if (status == OperationStatus.Done)
                AppendValid(to, text[..consumed]);
            else
                to.Append("\uFFFD"u8);
            text = text[consumed..];
        }
    }

    private static void AppendValid(ByteQueue to, ReadOnlySpan<byte> text)
    {
        while (true)
        {
            var special = text.IndexOfAny(_escaped);
            if (special < 0)
            {
                to.Append(text);
                return;
            }
            to.Append(text[..special]);
            text = text[special..];
            _ = Rune.DecodeFromUtf8(text, out var rune, out var length);
            if (rune.IsAscii || VisibleText.IsCommand(rune.Value))
                AppendEscape(to, rune.Value);
            else
                to.Append(text[..length]);
            text = text[length..];
        }
    }

    /// <param name="value">Below U+10000.</param>
    private static void AppendEscape(ByteQueue to, int value)
    {
        switch (value)
        {
            case '"': to.Append("\\\""u8); break;
            case '\\': to.Append("\\\\"u8); break;
            case '\n': to.Append("\\n"u8); break;
            case '\r': to.Append("\\r"u8); break;
            case '\t': to.Append("\\t"u8); break;
            default:
                to.Append("\\u"u8);
                for (var shift = 12; shift >= 0; shift -= 4)
                    to.Append(Hex[(value >> shift) & 0xF]);
                break;
        }
    }
}
