using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Init.Output;

/// <summary>Bytes as Supervisor shows them.</summary>
internal static class PythonBytes
{
    /// <summary>The text that they are, or what they are instead.</summary>
    internal static string Readable(ReadOnlySpan<byte> bytes) =>
        Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : $"Undecodable: {Repr(bytes)}";

    /// <summary>Python's repr of a bytes object: `b'\x88\n'`.</summary>
    internal static string Repr(ReadOnlySpan<byte> bytes)
    {
        var quote = bytes.Contains((byte)'\'') && !bytes.Contains((byte)'"') ? '"' : '\'';
        var text = new StringBuilder(bytes.Length + 16).Append('b').Append(quote);
        foreach (var value in bytes)
            _ = (char)value switch
            {
                '\\' => text.Append("\\\\"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                var character when character == quote => text.Append('\\').Append(quote),
                >= ' ' and < '\x7F' and var character => text.Append(character),
                _ => text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}"),
            };
        return text.Append(quote).ToString();
    }
}
