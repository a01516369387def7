using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Init.Output;

/// <summary>Strings of JSON (RFC 8259, section 7) out of bytes that are mostly, but not surely, UTF-8.</summary>
internal static class JsonText
{
    /// <summary>What cannot stand in a string as it is: quote, backslash, control characters.</summary>
    internal static readonly SearchValues<byte> Special =
        SearchValues.Create("\"\\\0\u0001\u0002\u0003\u0004\u0005\u0006\a\b\t\n\v\f\r\u000E\u000F\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F"u8);

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
            if (status == OperationStatus.Done && rune.IsAscii)
                AppendValid(to, text[..1]);
            else
                to.Append(status == OperationStatus.Done ? text[..consumed] : "\uFFFD"u8);
            text = text[consumed..];
        }
    }

    private static void AppendValid(ByteQueue to, ReadOnlySpan<byte> text)
    {
        while (true)
        {
            var special = text.IndexOfAny(Special);
            if (special < 0)
            {
                to.Append(text);
                return;
            }
            to.Append(text[..special]);
            AppendEscape(to, text[special]);
            text = text[(special + 1)..];
        }
    }

    private static void AppendEscape(ByteQueue to, byte value)
    {
        switch (value)
        {
            case (byte)'"': to.Append("\\\""u8); break;
            case (byte)'\\': to.Append("\\\\"u8); break;
            case (byte)'\n': to.Append("\\n"u8); break;
            case (byte)'\r': to.Append("\\r"u8); break;
            case (byte)'\t': to.Append("\\t"u8); break;
            default:
                to.Append("\\u00"u8);
                to.Append(Hex[value >> 4]);
                to.Append(Hex[value & 0xF]);
                break;
        }
    }
}
