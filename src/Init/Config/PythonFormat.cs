using System.Globalization;
using System.Text;

namespace Init.Config;

/// <summary>
/// Python's `%` operator with a mapping on its right (C-066 to C-072):
/// <code>'%' ['(' name ')'] flags* [width] ['.' precision] [h|l|L] conversion</code>
/// with flags among `-+ #0` and conversions among `s r a d i u o x X c e E f F g G %`. Errors are worded as Python words them.
/// Names of our own are `ENV_X|default` and `FILE_path`; for the latter <see cref="SecretFiles"/>' marks are put in.
/// </summary>
internal ref struct PythonFormat
{
    /// <summary>Python would try to allocate any width; ours stops where no name or command can need it.</summary>
    private const int MaxWidth = 1_000_000;

    private readonly string _format;
    private readonly Expansions _mapping;
    private readonly StringBuilder _result = new();
    private int _at;

    // What the next conversion takes: first the mapping itself, then each named value; each only once.
    private object? _argument;

    private PythonFormat(string format, Expansions mapping)
    {
        _format = format;
        _mapping = mapping;
        _argument = mapping;
    }

    /// <summary>The text with every `%` expression replaced; where names the option in messages (C-069).</summary>
    /// <param name="isHidden">The value is never shown, or hidden before it is, so secrets may be in it.</param>
    internal static string Expand(string format, Expansions mapping, string where, bool isHidden = false)
    {
        if (!format.Contains('%')) return format;
        try
        {
            var text = new PythonFormat(format, mapping).Expand();
            return isHidden || !SecretFiles.AreIn(text) ? text : throw Exposure(format, where);
        }
        catch (SecretFileException e)
        {
            throw new ConfigException($"Format string {PythonText.Repr(format)} for {PythonText.Repr(where)} names file "
                + $"{PythonText.Repr(e.Path)}, which cannot be read: {e.Message}");
        }
        catch (UnknownNameException e)
        {
            throw new ConfigException($"Format string {PythonText.Repr(format)} for {PythonText.Repr(where)} contains names "
                + $"({PythonText.Repr(e.Name)}) which cannot be expanded. Available names: {string.Join(", ", mapping.Names())}")
            {
                UnknownName = e.Name,
            };
        }
        catch (FormatException e)
        {
            throw new ConfigException($"Format string {PythonText.Repr(format)} for {PythonText.Repr(where)} is badly formatted: {e.Message}");
        }
    }

    /// <summary>The error of a value that is shown and has a secret in it.</summary>
    internal static ConfigException Exposure(string format, string where) =>
        new($"Format string {PythonText.Repr(format)} for {PythonText.Repr(where)} has the content of a file "
            + $"in it (%({SecretFiles.Prefix}...)s), which must not be shown, as this value is");

    private string Expand()
    {
        while (_at < _format.Length)
        {
            var percent = _format.IndexOf('%', _at);
            if (percent < 0) percent = _format.Length;
            _result.Append(_format, _at, percent - _at);
            _at = percent;
            if (_at == _format.Length) break;
            _at++;
            if (_at < _format.Length && _format[_at] == '%')
            {
                _result.Append('%');
                _at++;
                continue;
            }
            Conversion();
        }
        return _result.ToString();
    }

    private void Conversion()
    {
        if (Peek() == '(') _argument = NamedValue();
        var flags = new Flags();
        while (flags.Take(Peek())) _at++;
        var width = Number("width too big");
        int? precision = null;
        if (Peek() == '.')
        {
            _at++;
            precision = Number("precision too big") ?? 0;
        }
        if (Peek() is 'h' or 'l' or 'L') _at++;
        var conversion = Next();
        var value = TakeArgument();
        var (sign, text, numeric) = Convert(conversion, value, flags, precision);
        Pad(sign, text, width ?? 0, flags, numeric);
    }

    private object NamedValue()
    {
        var start = ++_at;
        for (var depth = 1; depth > 0; _at++)
        {
            if (_at == _format.Length) throw new FormatException("incomplete format key");
            if (_format[_at] == '(') depth++;
            if (_format[_at] == ')') depth--;
        }
        var name = _format[start..(_at - 1)];
        if (_mapping.Find(name) is { } value) return value;
        if (name.StartsWith(SecretFiles.Prefix, StringComparison.Ordinal) && _mapping.Files is { } files)
            return MarkOf(name[SecretFiles.Prefix.Length..], files);
        var bar = name.StartsWith("ENV_", StringComparison.Ordinal) ? name.IndexOf('|') : -1;
        return bar > 0 ? _mapping.Find(name[..bar]) ?? name[(bar + 1)..] : throw new UnknownNameException(name);
    }

    private static string MarkOf(string path, SecretFiles files)
    {
        try
        {
            return files.MarkOf(path);
        }
        catch (ConfigException e)
        {
            throw new SecretFileException(path, e.Message);
        }
    }

    private int? Number(string tooBig)
    {
        if (Peek() == '*')
        {
            _at++;
            return TakeArgument() is long number ? (int)Math.Clamp(number, 0, MaxWidth) : throw new FormatException("* wants int");
        }
        if (!char.IsAsciiDigit(Peek())) return null;
        var value = 0;
        for (; char.IsAsciiDigit(Peek()); _at++)
        {
            value = value * 10 + (Peek() - '0');
            if (value > MaxWidth) throw new FormatException(tooBig);
        }
        return value;
    }

    /// <summary>The character at hand, or NUL at the end: no part of a conversion is a NUL.</summary>
    private readonly char Peek() => _at < _format.Length ? _format[_at] : '\0';

    private char Next() => _at < _format.Length ? _format[_at++] : throw new FormatException("incomplete format");

    private object TakeArgument()
    {
        var argument = _argument ?? throw new FormatException("not enough arguments for format string");
        _argument = null;
        return argument;
    }

    private readonly (string Sign, string Text, bool Numeric) Convert(char conversion, object value, Flags flags, int? precision)
    {
        switch (conversion)
        {
            case 's' or 'r' or 'a':
                var text = AsText(conversion, value);
                if (value is string marked && SecretFiles.AreIn(marked) && (conversion != 's' || precision is not null))
                    throw new FormatException($"%({SecretFiles.Prefix}...) takes no other conversion than s");
                return ("", precision < text.Length ? text[..precision.Value] : text, false);
            case 'c':
                return ("", AsCharacter(value), false);
            case 'd' or 'i' or 'u':
                if (value is not long number) throw new FormatException($"%{conversion} format: a real number is required, not {TypeName(value)}");
                return (flags.SignOf(number), Digits(number, 10).PadLeft(precision ?? 0, '0'), true);
            case 'o' or 'x' or 'X':
                if (value is not long integer) throw new FormatException($"%{conversion} format: an integer is required, not {TypeName(value)}");
                var digits = Digits(integer, conversion == 'o' ? 8 : 16).PadLeft(precision ?? 0, '0');
                if (conversion == 'X') digits = digits.ToUpperInvariant();
                return (flags.SignOf(integer) + (flags.Alternate ? "0" + conversion : ""), digits, true);
            case 'e' or 'E' or 'f' or 'F' or 'g' or 'G':
                if (value is not long real) throw new FormatException($"must be real number, not {TypeName(value)}");
                return (flags.SignOf(real), AsReal(conversion, real, precision ?? 6), true);
            default:
                throw Unsupported();
        }
    }

    private static string AsText(char conversion, object value) => value switch
    {
        Expansions mapping => mapping.Repr(), // %a of it is not worth its own code
        string text when conversion == 's' => text,
        string text when conversion == 'a' => PythonText.Ascii(text),
        _ => Expansions.Repr(value),
    };

    private static string AsCharacter(object value) => value switch
    {
        string { Length: 1 } text => text,
        long number when Rune.IsValid((int)Math.Clamp(number, -1, int.MaxValue)) => new Rune((int)number).ToString(),
        long => throw new FormatException("%c arg not in range(0x110000)"),
        _ => throw new FormatException("%c requires int or char"),
    };

    private static string Digits(long number, int radix)
    {
        var digits = new StringBuilder();
        var rest = number < 0 ? (ulong)-number : (ulong)number;
        do
        {
            digits.Insert(0, "0123456789abcdef"[(int)(rest % (ulong)radix)]);
            rest /= (ulong)radix;
        }
        while (rest > 0);
        return digits.ToString();
    }

    private static string AsReal(char conversion, long number, int precision)
    {
        var value = Math.Abs((double)number);
        var exponent = value == 0 ? 0 : (int)Math.Floor(Math.Log10(value));
        if (conversion is 'f' or 'F' || (conversion is 'g' or 'G' && exponent < Math.Max(precision, 1)))
            return value.ToString(conversion is 'f' or 'F' ? "F" + precision : "F0", CultureInfo.InvariantCulture);
        if (conversion is 'g' or 'G') precision = Math.Max(precision, 1) - 1;
        var text = value.ToString("0." + new string(conversion is 'g' or 'G' ? '#' : '0', precision) + "e+00", CultureInfo.InvariantCulture);
        return char.IsUpper(conversion) ? text.ToUpperInvariant() : text;
    }

    private readonly FormatException Unsupported()
    {
        var character = new Rune('?');
        Rune.DecodeFromUtf16(_format.AsSpan(_at - 1), out character, out _);
        // Python counts code points, a pair of surrogates is one.
        var index = _at - 1;
        foreach (var c in _format.AsSpan(0, _at - 1))
            if (char.IsLowSurrogate(c)) index--;
        var shown = character.Value is > 31 and < 127 ? (char)character.Value : '?';
        return new FormatException($"unsupported format character '{shown}' (0x{character.Value:x}) at index {index}");
    }

    private static string TypeName(object value) => value is Expansions ? "dict" : "str";

    private readonly void Pad(string sign, string text, int width, Flags flags, bool numeric)
    {
        var missing = Math.Max(0, width - sign.Length - text.Length);
        if (flags.Left)
            _result.Append(sign).Append(text).Append(' ', missing);
        else if (flags.Zero && numeric)
            _result.Append(sign).Append('0', missing).Append(text);
        else
            _result.Append(' ', missing).Append(sign).Append(text);
    }

    private struct Flags
    {
        internal bool Left, Plus, Blank, Alternate, Zero;

        internal bool Take(char c)
        {
            switch (c)
            {
                case '-': return Left = true;
                case '+': return Plus = true;
                case ' ': return Blank = true;
                case '#': return Alternate = true;
                case '0': return Zero = true;
                default: return false;
            }
        }

        internal readonly string SignOf(long number) => number < 0 ? "-" : Plus ? "+" : Blank ? " " : "";
    }

    private sealed class SecretFileException(string path, string reason) : Exception(reason)
    {
        internal string Path => path;
    }

    private sealed class UnknownNameException(string name) : Exception
    {
        internal string Name => name;
    }
}
