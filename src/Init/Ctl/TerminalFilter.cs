using System.Globalization;
using System.Text;
using Init.Os;

namespace Init.Ctl;

/// <summary>
/// Filters text of others on its way to a terminal: colours pass (SGR, `ESC [ 1 ; 31 m`), and whatever else would command the terminal is
/// shown: `^[`, `^M`, `&lt;U+202E&gt;`, `&lt;9B&gt;` for a byte that is no UTF-8. A carriage return passes before a newline. Sequences and
/// characters may come in parts: what is not complete waits for the rest.
/// </summary>
internal sealed class TerminalFilter
{
    private const byte Escape = 0x1B;

    // Of a sequence of colours; what is longer is none.
    private const int LongestSequence = 64;

    private static readonly byte[] _reset = "\x1b[0m"u8.ToArray();

    private readonly List<byte> _held = [];
    private bool _isColoured;

    /// <summary>Appends what of these bytes, and of those held back before, may go out.</summary>
    internal void Write(ReadOnlySpan<byte> bytes, List<byte> to)
    {
        if (_held.Count > 0)
        {
            _held.AddRange(bytes);
            bytes = _held.ToArray();
            _held.Clear();
        }
        while (!bytes.IsEmpty)
        {
            var length = Take(bytes, to, isLast: false);
            if (length == 0)
            {
                _held.AddRange(bytes);
                return;
            }
            bytes = bytes[length..];
        }
    }

    /// <summary>Appends what was held back, as no more comes now, and gives the terminal its colours back.</summary>
    internal void End(List<byte> to)
    {
        ReadOnlySpan<byte> rest = _held.ToArray();
        _held.Clear();
        while (!rest.IsEmpty)
            rest = rest[Take(rest, to, isLast: true)..];
        if (_isColoured)
            to.AddRange(_reset);
        _isColoured = false;
    }

    /// <returns>How many bytes were taken; 0 when the next ones decide.</returns>
    private int Take(ReadOnlySpan<byte> bytes, List<byte> to, bool isLast)
    {
        var first = bytes[0];
        if (first is (>= 0x20 and < 0x7F) or (byte)'\n' or (byte)'\t')
        {
            var plain = 1;
            while (plain < bytes.Length && bytes[plain] is >= 0x20 and < 0x7F)
                plain++;
            to.AddRange(bytes[..plain]);
            return plain;
        }
        if (first == Escape)
            return TakeSequence(bytes, to, isLast);
        if (first == '\r')
            return TakeReturn(bytes, to, isLast);
        if (first < 0x80)
        {
            Caret(first, to);
            return 1;
        }
        return TakeCharacter(bytes, to, isLast);
    }

    private static int TakeReturn(ReadOnlySpan<byte> bytes, List<byte> to, bool isLast)
    {
        if (bytes.Length == 1 && !isLast)
            return 0;
        if (bytes.Length > 1 && bytes[1] == '\n')
            to.Add((byte)'\r');
        else
            Caret((byte)'\r', to);
        return 1;
    }

    private int TakeSequence(ReadOnlySpan<byte> bytes, List<byte> to, bool isLast)
    {
        var length = 1;
        if (length < bytes.Length && bytes[length] == '[')
            for (length++; length < bytes.Length && bytes[length] is (>= (byte)'0' and <= (byte)'9') or (byte)';' or (byte)':';)
                length++;
        if (length == bytes.Length && length < LongestSequence && !isLast && (length < 2 || bytes[1] == '['))
            return 0;
        if (length < 2 || length >= LongestSequence || length == bytes.Length || bytes[length] != 'm')
        {
            Caret(Escape, to);
            return 1;
        }
        to.AddRange(bytes[..(length + 1)]);
        _isColoured = !(length == 2 || bytes[2..length] is [(byte)'0']);
        return length + 1;
    }

    private static int TakeCharacter(ReadOnlySpan<byte> bytes, List<byte> to, bool isLast)
    {
        var status = Rune.DecodeFromUtf8(bytes, out var rune, out var length);
        if (status == System.Buffers.OperationStatus.NeedMoreData && !isLast)
            return 0;
        if (status == System.Buffers.OperationStatus.Done)
        {
            if (VisibleText.IsCommand(rune.Value))
                Show($"<U+{rune.Value:X4}>", to);
            else
                to.AddRange(bytes[..length]);
            return length;
        }
        // Not UTF-8. Only these command a terminal of eight bits; others it shows as it can.
        if (bytes[0] is >= 0x80 and <= 0x9F)
            Show($"<{bytes[0]:X2}>", to);
        else
            to.Add(bytes[0]);
        return 1;
    }

    private static void Caret(byte control, List<byte> to)
    {
        to.Add((byte)'^');
        to.Add((byte)(control ^ 0x40));
    }

    private static void Show(FormattableString text, List<byte> to) => to.AddRange(Encoding.ASCII.GetBytes(text.ToString(CultureInfo.InvariantCulture)));
}
