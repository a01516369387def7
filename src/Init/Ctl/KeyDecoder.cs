using System.Buffers;
using System.Text;

namespace Init.Ctl;

internal enum Key
{
    /// <summary>A character to insert.</summary>
    Character,
    Enter,

    /// <summary>Ctrl-D: the end of the input on an empty line, else Delete.</summary>
    EndOfInput,
    Tab,
    Backspace,
    Delete,
    Left,
    Right,
    Home,
    End,
    Up,
    Down,
    KillToEnd,
    KillToStart,
    KillWord,
    ClearScreen,
    Unknown,
}

/// <summary>
/// Bytes of a terminal as keys, with Emacs's control characters as readline has them:
/// <code>
/// key    = control | UTF-8 character | ESC ( "[" | "O" ) { digit | ";" } final | ESC any
/// </code>
/// </summary>
internal static class KeyDecoder
{
    private const byte Escape = 0x1b;

    /// <summary>The first key and the number of its bytes; 0 when more are needed.</summary>
    internal static int Decode(ReadOnlySpan<byte> bytes, out Key key, out Rune character)
    {
        (key, character) = (Key.Unknown, default);
        if (bytes.IsEmpty) return 0;
        if (bytes[0] == Escape) return DecodeEscape(bytes, out key);
        if (bytes[0] < ' ' || bytes[0] == 0x7f)
        {
            key = Control(bytes[0]);
            return 1;
        }
        if (Rune.DecodeFromUtf8(bytes, out character, out var length) == OperationStatus.NeedMoreData) return 0;
        key = Key.Character;
        return length;
    }

    private static int DecodeEscape(ReadOnlySpan<byte> bytes, out Key key)
    {
        key = Key.Unknown;
        if (bytes.Length < 2) return 0;
        if (bytes[1] is not ((byte)'[' or (byte)'O')) return 2;
        var end = 2;
        while (end < bytes.Length && bytes[end] is >= (byte)'0' and <= (byte)'9' or (byte)';') end++;
        if (end == bytes.Length) return 0;
        key = (char)bytes[end] switch
        {
            'A' => Key.Up,
            'B' => Key.Down,
            'C' => Key.Right,
            'D' => Key.Left,
            'H' => Key.Home,
            'F' => Key.End,
            '~' => bytes[2..end] switch
            {
                [(byte)'1' or (byte)'7'] => Key.Home,
                [(byte)'4' or (byte)'8'] => Key.End,
                [(byte)'3'] => Key.Delete,
                _ => Key.Unknown,
            },
            _ => Key.Unknown,
        };
        return end + 1;
    }

    private static Key Control(byte b) => (char)(b | 0x40) switch
    {
        'A' => Key.Home,
        'B' => Key.Left,
        'D' => Key.EndOfInput,
        'E' => Key.End,
        'F' => Key.Right,
        'H' or '\x7f' => Key.Backspace,
        'I' => Key.Tab,
        'J' or 'M' => Key.Enter,
        'K' => Key.KillToEnd,
        'L' => Key.ClearScreen,
        'N' => Key.Down,
        'P' => Key.Up,
        'U' => Key.KillToStart,
        'W' => Key.KillWord,
        _ => Key.Unknown,
    };
}
