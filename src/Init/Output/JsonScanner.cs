using System.Buffers;
using System.Text.Unicode;

namespace Init.Output;

/// <summary>The keys of our json form; each is left out of a line that brings it itself.</summary>
[Flags]
internal enum JsonKeys
{
    None = 0,
    Time = 1,
    Program = 2,
    Group = 4,
    Pid = 8,
    Stream = 16,
}

/// <summary>
/// Tells whether a line is one whole JSON object (RFC 8259) and which of our keys it has. It accepts nothing that a parser refuses,
/// and never throws: a program that prints what only looks like JSON would make an exception of each line.
/// </summary>
internal ref struct JsonScanner
{
    private const int DeepestNesting = 64;

    private static readonly SearchValues<byte> _digits = SearchValues.Create("0123456789"u8);

    private readonly ReadOnlySpan<byte> _text;
    private int _at;
    private ulong _objects; // one bit for each open bracket: whether it is an object's
    private int _depth;
    private JsonKeys _keys;

    private JsonScanner(ReadOnlySpan<byte> text) => _text = text;

    /// <param name="inner">What stands between the braces.</param>
    internal static bool TryObject(ReadOnlySpan<byte> line, out JsonKeys keys, out ReadOnlySpan<byte> inner)
    {
        keys = JsonKeys.None;
        inner = default;
        line = line.Trim(" \t\r"u8);
        if (line.Length < 2 || line[0] != '{' || line[^1] != '}' || !Utf8.IsValid(line))
            return false;
        var scanner = new JsonScanner(line);
        if (!scanner.Document())
            return false;
        keys = scanner._keys;
        inner = line[1..^1].Trim(" \t\r"u8);
        return true;
    }

    private bool Document()
    {
        while (true)
        {
            if (!Value(out var opened))
                return false;
            if (opened)
                continue;
            // After a value: close what ends here, until there is another one to read.
            while (true)
            {
                if (_depth == 0)
                    return Next() == 0 && _at == _text.Length; // a NUL is not the end
                var next = Next();
                _at++;
                if (next == ',')
                {
                    if (InObject && !Key())
                        return false;
                    break;
                }
                if (next != (InObject ? '}' : ']'))
                    return false;
                _depth--;
            }
        }
    }

    private readonly bool InObject => (_objects >> (_depth - 1) & 1) != 0;

    /// <summary>The next byte that is not white space, not consumed; 0 at the end.</summary>
    private byte Next()
    {
        while (_at < _text.Length && _text[_at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            _at++;
        return _at < _text.Length ? _text[_at] : (byte)0;
    }

    /// <summary>Reads a scalar or an empty container, or opens one: then its first value is next.</summary>
    private bool Value(out bool opened)
    {
        opened = false;
        switch (Next())
        {
            case (byte)'{':
                return Open(isObject: true, (byte)'}', out opened) && (!opened || Key());
            case (byte)'[':
                return Open(isObject: false, (byte)']', out opened);
            case (byte)'"':
                return String(out _);
            case (byte)'t':
                return Literal("true"u8);
            case (byte)'f':
                return Literal("false"u8);
            case (byte)'n':
                return Literal("null"u8);
            default:
                return Number();
        }
    }

    private bool Open(bool isObject, byte end, out bool opened)
    {
        _at++;
        opened = Next() != end;
        if (!opened)
        {
            _at++;
            return true;
        }
        if (_depth == DeepestNesting)
            return false;
        var bit = 1UL << _depth++;
        _objects = isObject ? _objects | bit : _objects & ~bit;
        return true;
    }

    private bool Key()
    {
        if (Next() != '"' || !String(out var key) || Next() != ':')
            return false;
        _at++;
        if (_depth > 1)
            return true;
        _keys |= key switch
        {
            _ when key.SequenceEqual("time"u8) => JsonKeys.Time,
            _ when key.SequenceEqual("program"u8) => JsonKeys.Program,
            _ when key.SequenceEqual("group"u8) => JsonKeys.Group,
            _ when key.SequenceEqual("pid"u8) => JsonKeys.Pid,
            _ when key.SequenceEqual("stream"u8) => JsonKeys.Stream,
            _ => JsonKeys.None,
        };
        // An escape could spell one of them in another way.
        return !key.Contains((byte)'\\');
    }

    private bool String(out ReadOnlySpan<byte> raw)
    {
        var start = ++_at;
        raw = default;
        while (_text[_at..].IndexOfAny(JsonText.Special) is >= 0 and var special)
        {
            _at += special;
            if (_text[_at] == '"')
            {
                raw = _text[start.._at++];
                return true;
            }
            if (_text[_at] != '\\' || !Escape())
                return false;
        }
        return false;
    }

    private bool Escape()
    {
        if (++_at >= _text.Length)
            return false;
        if (_text[_at] == 'u')
        {
            if (_at + 4 >= _text.Length)
                return false;
            foreach (var digit in _text.Slice(_at + 1, 4))
                if (!char.IsAsciiHexDigit((char)digit))
                    return false;
            _at += 5;
            return true;
        }
        return "\"\\/bfnrt"u8.Contains(_text[_at++]);
    }

    private bool Literal(ReadOnlySpan<byte> literal)
    {
        if (!_text[_at..].StartsWith(literal))
            return false;
        _at += literal.Length;
        return true;
    }

    private bool Number()
    {
        if (Peek == '-')
            _at++;
        if (Peek == '0')
            _at++;
        else if (!Digits())
            return false;
        if (Peek == '.')
        {
            _at++;
            if (!Digits())
                return false;
        }
        if (Peek is not ((byte)'e' or (byte)'E'))
            return true;
        _at++;
        if (Peek is (byte)'+' or (byte)'-')
            _at++;
        return Digits();
    }

    private readonly byte Peek => _at < _text.Length ? _text[_at] : (byte)0;

    private bool Digits()
    {
        var rest = _text[_at..];
        var end = rest.IndexOfAnyExcept(_digits);
        var count = end < 0 ? rest.Length : end;
        _at += count;
        return count > 0;
    }
}
