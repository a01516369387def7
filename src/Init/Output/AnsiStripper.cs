using System.Buffers;

namespace Init.Output;

/// <summary>
/// strip_ansi (L-118): removes everything from ESC `[` up to and including the first of Supervisor's final letters. Unlike Supervisor it
/// remembers where it is between chunks, so that a sequence split over two reads disappears as well.
/// </summary>
internal sealed class AnsiStripper
{
    private const byte Escape = 0x1B;

    private static readonly SearchValues<byte> _finals = SearchValues.Create("HfABCDRsuJKhlpm"u8);
    private static readonly byte[] _escape = [Escape];

    private bool _escapeHeld;
    private bool _inSequence;

    /// <summary>
    /// Strips a chunk in place. Its first byte is room for the ESC that ended the chunk before; the input begins after it.
    /// </summary>
    internal ReadOnlySpan<byte> Strip(Span<byte> room)
    {
        var input = 1;
        if (_escapeHeld)
            room[input = 0] = Escape;
        _escapeHeld = false;
        var kept = 0;
        while (input < room.Length)
        {
            if (_inSequence)
            {
                var final = room[input..].IndexOfAny(_finals);
                if (final < 0)
                    break;
                _inSequence = false;
                input += final + 1;
                continue;
            }
            var rest = room[input..];
            var escape = rest.IndexOf(Escape);
            var plain = escape < 0 ? rest.Length : escape;
            if (escape == rest.Length - 1)
                _escapeHeld = true;
            else if (escape >= 0 && rest[escape + 1] == '[')
                _inSequence = true;
            else if (escape >= 0)
                plain++; // some other escape stays
            rest[..plain].CopyTo(room[kept..]);
            kept += plain;
            input += plain + (_inSequence ? 2 : _escapeHeld ? 1 : 0);
        }
        return room[..kept];
    }

    /// <summary>What was held back when no more comes.</summary>
    internal ReadOnlySpan<byte> End()
    {
        var held = _escapeHeld;
        _escapeHeld = _inSequence = false;
        return held ? _escape : [];
    }
}
