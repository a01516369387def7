using System.Globalization;
using System.Text;

namespace Init.XmlRpc;

internal enum XmlToken
{
    Start,
    Text,
    End,

    /// <summary>The root element has ended, and nothing but comments came after it.</summary>
    Finished,
}

/// <summary>
/// The part of XML 1.0 that documents without a type declaration need, and no more: elements, attributes (checked, not kept), text,
/// CDATA, comments, processing instructions, the five entities and character references. A DOCTYPE is refused, so there are no
/// entities of its own, internal or external; so is more than <see cref="MaxDepth"/> of nesting. System.Xml would double the binary.
/// </summary>
internal ref struct XmlScanner(ReadOnlySpan<char> document)
{
    internal const int MaxDepth = 200;

    private readonly ReadOnlySpan<char> _document = document;
    private readonly List<Range> _open = [];
    private readonly StringBuilder _text = new();
    private int _at;
    private bool _rootEnded;
    private bool _emptyElement;

    /// <summary>Of a start or an end.</summary>
    internal ReadOnlySpan<char> Name { get; private set; }

    /// <summary>Of the last <see cref="XmlToken.Text"/>, references resolved and line ends made newlines; parts around a comment are one.</summary>
    internal readonly string Text => _text.ToString();

    internal readonly bool TextIsBlank
    {
        get
        {
            foreach (var chunk in _text.GetChunks())
                if (chunk.Span.ContainsAnyExcept(" \t\n\r")) return false;
            return true;
        }
    }

    internal XmlToken Next()
    {
        if (_emptyElement)
        {
            _emptyElement = false;
            return Close();
        }
        _text.Clear();
        if (_at == 0 && StartsWith("<?xml") && _document.Length > 5 && IsSpace(_document[5]))
            SkipPast("?>");
        while (true)
        {
            if (_at == _document.Length)
                return _rootEnded && _text.Length == 0 ? XmlToken.Finished : throw Error("the document ends early");
            if (_document[_at] != '<')
                TakeText();
            else if (StartsWith("<!--"))
                SkipComment();
            else if (StartsWith("<?"))
                SkipInstruction();
            else if (StartsWith("<![CDATA["))
                TakeCharacterData();
            else if (_text.Length > 0)
                return XmlToken.Text;
            else if (StartsWith("</"))
                return TakeEnd();
            else
                return TakeStart();
        }
    }

    internal readonly XmlRpcException Error(string what) =>
        new(XmlRpcError.Unmarshallable, string.Create(CultureInfo.InvariantCulture, $"{what}, at character {_at}"));

    private XmlToken TakeStart()
    {
        if (_rootEnded) throw Error("a second root element");
        if (_open.Count == MaxDepth) throw Error("too deep");
        _at++;
        var start = _at;
        Name = TakeName();
        _open.Add(new Range(start, _at));
        TakeAttributes();
        if (Peek() == '/')
        {
            _at++;
            _emptyElement = true;
        }
        Expect('>');
        return XmlToken.Start;
    }

    private XmlToken TakeEnd()
    {
        _at += 2;
        var name = TakeName();
        SkipSpace();
        Expect('>');
        if (_open.Count == 0 || !name.SequenceEqual(_document[_open[^1]])) throw Error("an end without its start");
        return Close();
    }

    private XmlToken Close()
    {
        Name = _document[_open[^1]];
        _open.RemoveAt(_open.Count - 1);
        _rootEnded = _open.Count == 0;
        return XmlToken.End;
    }

    private void TakeAttributes()
    {
        HashSet<string>? names = null;
        while (true)
        {
            var spaces = SkipSpace();
            if (Peek() is '>' or '/') return;
            if (spaces == 0) throw Error("no blank before an attribute");
            if (!(names ??= []).Add(TakeName().ToString())) throw Error("an attribute twice");
            SkipSpace();
            Expect('=');
            SkipSpace();
            var quote = Peek();
            if (quote is not ('"' or '\'')) throw Error("an attribute without quotes");
            for (_at++; Peek() is var c && c != quote;)
                if (c == '<')
                    throw Error("'<' in an attribute");
                else if (c == '&')
                    _ = TakeReference();
                else
                    TakeCharacter(c);
            _at++;
        }
    }

    private void TakeText()
    {
        while (_at < _document.Length && _document[_at] is not '<' and var c)
            if (_open.Count == 0 && !IsSpace(c))
                throw Error("text outside of the root element");
            else if (c == '&')
                _text.Append(TakeReference().ToString());
            else if (c == ']' && StartsWith("]]>"))
                throw Error("']]>' in text");
            else
                TakeTextCharacter(c);
        if (_open.Count == 0)
            _text.Clear();
    }

    private void TakeCharacterData()
    {
        if (_open.Count == 0) throw Error("CDATA outside of the root element");
        for (_at += "<![CDATA[".Length; !StartsWith("]]>");)
            TakeTextCharacter(Peek());
        _at += 3;
    }

    private void TakeTextCharacter(char c)
    {
        TakeCharacter(c);
        if (c != '\r')
            _text.Append(c);
        else if (_at == _document.Length || _document[_at] != '\n')
            _text.Append('\n');
    }

    private void TakeCharacter(char c)
    {
        if (c < ' ' && !IsSpace(c) || c >= '\uFFFE') throw Error("no XML character");
        _at++;
    }

    private Rune TakeReference()
    {
        var length = _document[_at..].IndexOf(';');
        if (length is < 0 or > 12) throw Error("'&' without its ';'");
        var name = _document.Slice(_at + 1, length - 1);
        var value = name switch
        {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            ['#', 'x', .. var hex] when int.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) => code,
            ['#', .. var digits] when int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var code) => code,
            _ => throw Error("an unknown entity"),
        };
        if (!Rune.IsValid(value) || value is < ' ' and not ('\t' or '\n' or '\r') or 0xFFFE or 0xFFFF) throw Error("a reference to no XML character");
        _at += length + 1;
        return new Rune(value);
    }

    private void SkipComment()
    {
        _at += 4;
        SkipPast("--");
        Expect('>');
    }

    private void SkipInstruction()
    {
        _at += 2;
        if (TakeName().Equals("xml", StringComparison.OrdinalIgnoreCase)) throw Error("an XML declaration that is not at the start");
        SkipPast("?>");
    }

    private void SkipPast(string end)
    {
        var length = _document[_at..].IndexOf(end);
        if (length < 0) throw Error($"no {end}");
        for (var stop = _at + length; _at < stop;)
            TakeCharacter(_document[_at]);
        _at += end.Length;
    }

    /// <summary>Letters, digits and `-._:`, and anything beyond ASCII: a little more than XML's names, which no tag of ours needs.</summary>
    private ReadOnlySpan<char> TakeName()
    {
        var start = _at;
        while (_at < _document.Length && (char.IsAsciiLetterOrDigit(_document[_at]) || _document[_at] is '_' or ':' or '.' or '-' or >= '\x80'))
            _at++;
        if (_at == start || char.IsAsciiDigit(_document[start]) || _document[start] is '.' or '-') throw Error("no name"); // `<!DOCTYPE` too
        return _document[start.._at];
    }

    private int SkipSpace()
    {
        var start = _at;
        while (_at < _document.Length && IsSpace(_document[_at]))
            _at++;
        return _at - start;
    }

    private readonly char Peek() => _at < _document.Length ? _document[_at] : throw Error("the document ends early");

    private void Expect(char c)
    {
        if (Peek() != c) throw Error($"no '{c}'");
        _at++;
    }

    private readonly bool StartsWith(string text) => _document[_at..].StartsWith(text);

    private static bool IsSpace(char c) => c is ' ' or '\t' or '\n' or '\r';
}
