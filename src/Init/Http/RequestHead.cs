using System.Buffers;
using System.Globalization;
using System.Text;

namespace Init.Http;

/// <summary>
/// Reads a request's head before the server parses it, and repairs it where the server would refuse what Supervisor takes. Every
/// repair overwrites bytes in place, so that no length and no position changes.
/// <code>
///   Host: v       v is not NAME[:PORT] or [ADDRESS][:PORT]   becomes blanks; the text is in Host
///   no Host       the request says HTTP/1.1                  becomes HTTP/1.0, which needs none
///   Content-Length that is not digits (RFC 9110, 8.6)        becomes a text that the server refuses: it takes +1 and -0
/// </code>
/// </summary>
/// <param name="Host">The Host header as it was sent, when it had to be hidden from the server; else null.</param>
/// <param name="Body">Bytes that follow the head.</param>
/// <param name="IsLast">Where the next head begins is not certain: the connection serves no request after this one.</param>
internal readonly record struct RequestHead(string? Host, long Body, bool IsLast)
{
    /// <summary>More digits may be more than 64 bits.</summary>
    private const int MostDigits = 18;

    private const byte Refused = (byte)'x';

    private static readonly SearchValues<byte> _ofAddress = SearchValues.Create("0123456789abcdefABCDEF:."u8);

    /// <summary>Reads and repairs a head.</summary>
    /// <param name="head">From the request line to the empty line.</param>
    internal static RequestHead Repair(Span<byte> head)
    {
        var (hosts, lengths, body, isLast, host) = (0, 0, 0L, false, (string?)null);
        var first = head.IndexOf("\r\n"u8);
        var requestLine = head[..first];
        for (var rest = head[(first + 2)..]; ;)
        {
            var line = rest[..rest.IndexOf("\r\n"u8)];
            if (line.IsEmpty)
                break;
            rest = rest[(line.Length + 2)..];
            var colon = line.IndexOf((byte)':');
            // A line end of another kind, a line that goes on, or no header at all: the server refuses it, or understands it otherwise.
            isLast |= colon < 0 || line[0] is (byte)' ' or (byte)'\t' || line.ContainsAny((byte)'\r', (byte)'\n');
            if (isLast)
                continue;
            var value = line[(colon + 1)..];
            switch (colon)
            {
                case 4 when Is(line[..4], "host"u8):
                    if (++hosts == 1)
                        host = RepairHost(value);
                    break;
                case 14 when Is(line[..14], "content-length"u8):
                    isLast |= ++lengths > 1 || !TryLength(value, out body);
                    break;
                case 17 when Is(line[..17], "transfer-encoding"u8):
                    isLast = true;
                    break;
            }
        }
        if (hosts == 0 && !isLast && requestLine.EndsWith(" HTTP/1.1"u8))
            requestLine[^1] = (byte)'0';
        return new(host, body, isLast || requestLine.ContainsAny((byte)'\r', (byte)'\n'));
    }

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> lowerCase) => Ascii.EqualsIgnoreCase(name, lowerCase);

    /// <summary>Hides a value that the server would refuse; returns it.</summary>
    private static string? RepairHost(Span<byte> value)
    {
        var text = value.Trim(" \t"u8);
        if (IsPlain(text))
            return null;
        var host = Encoding.UTF8.GetString(text);
        value.Fill((byte)' ');
        return host;
    }

    /// <summary>Nothing, or a name or an address with or without a port; fewer are plain than the server takes.</summary>
    private static bool IsPlain(ReadOnlySpan<byte> host)
    {
        var name = host;
        if (host.LastIndexOf((byte)':') is >= 0 and var colon && !host[colon..].Contains((byte)']'))
        {
            if (host.Length - colon is < 2 or > 6 || host[(colon + 1)..].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
                return false;
            name = host[..colon];
            if (name.IsEmpty)
                return false;
        }
        if (name is [(byte)'[', .., (byte)']'])
            return name.Length > 4 && !name[1..^1].ContainsAnyExcept(_ofAddress);
        foreach (var letter in name)
            if (!char.IsAsciiLetterOrDigit((char)letter) && letter is not ((byte)'.' or (byte)'-' or (byte)'_'))
                return false;
        return true;
    }

    private static bool TryLength(Span<byte> value, out long length)
    {
        var digits = value.Trim(" \t"u8);
        length = 0;
        if (digits.Length is > 0 and <= MostDigits && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out length);
        value.Fill(Refused);
        return false;
    }
}
