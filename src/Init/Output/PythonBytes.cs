using System.Globalization;
using System.Text;

namespace Init.Output;

/// <summary>Python's repr of a bytes object: `b'\x88\n'`.</summary>
internal static class PythonBytes
{
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
