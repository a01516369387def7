using System.Globalization;
using System.Text;
using IniParser.Model;
using IniParser.Model.Configuration;
using IniParser.Parser;

namespace Init.Config;

/// <summary>
/// Supervisor's dialect, which is Python's RawConfigParser with inline comments, duplicates allowed and no interpolation:
/// <code>
/// file     = { line }
/// comment  = a line whose first non-blank is '#' or ';', or either of them after a blank (C-047, C-048)
/// section  = '[' name up to the last ']' of the line (C-055), anything after it is ignored
/// option   = key ('=' | ':') value, the first delimiter of the line counts (C-050), keys are lower-cased
/// more     = a line indented deeper than its option's line goes on with the value, after a newline (C-053)
/// </code>
/// Blank lines belong to the value when more of it follows. ini-parser splits the text and holds the data; it skips blank lines, so
/// every line comes to it with a mark in front.
/// </summary>
/// <param name="inspection">Of a check, which hears of each bad line and goes on behind it.</param>
internal sealed class IniDialect(string path, Inspection? inspection = null) : IniDataParser(new IniParserConfiguration())
{
    internal const string DefaultSection = "DEFAULT";
    private const char LineMark = '|';
    private const char EndMark = '$';

    private readonly List<string> _badLines = [];
    private readonly List<(string Section, string Key, int Line)> _places = [];
    private readonly StringBuilder _more = new();
    private int _line;
    private int _lineCount;
    private int _indent;
    private string? _section;
    private string? _key;
    private string _value = "";
    private string? _textBeforeSection;
    private bool _isInspected;

    /// <summary>The line of each option and each section (with an empty key), in their order.</summary>
    internal IReadOnlyList<(string Section, string Key, int Line)> Places => _places;

    /// <exception cref="ConfigException">The text breaks the grammar; every bad line is named (C-062, C-063).</exception>
    internal IniData ParseFile(string text)
    {
        var marked = new StringBuilder(text.Length + 64).Append(LineMark).Append(text);
        // Universal newlines: \r\n and \r end a line too (C-042).
        if (text.Contains('\r')) marked.Replace("\r\n", "\n").Replace('\r', '\n');
        var markedText = marked.Replace("\n", "\n" + LineMark).Append('\n').Append(EndMark).ToString();
        _lineCount = markedText.AsSpan().Count('\n');
        var data = Parse(markedText);
        if (_textBeforeSection is not null) throw new ConfigException(_textBeforeSection);
        if (_badLines.Count > 0)
            throw new ConfigException($"Source contains parsing errors: {PythonText.Repr(path)}{string.Concat(_badLines)}");
        return data;
    }

    protected override void ProcessLine(string currentLine, IniData currentIniData)
    {
        if (currentLine[0] == EndMark)
        {
            EndValue(currentIniData);
            return;
        }
        _line++;
        if (_textBeforeSection is not null) return;
        var line = currentLine.AsSpan(1);
        var comment = CommentStart(line);
        var content = PythonText.Strip(comment < 0 ? line : line[..comment]);
        if (content.IsEmpty)
        {
            // A line of comment only is as if it were not there, a blank one is part of the value (C-053).
            if (comment < 0 && _key is not null) _more.Append('\n');
            return;
        }
        var indent = line.IndexOf(content[0]);
        if (_key is not null && indent > _indent)
        {
            if (content.Contains('\0')) AddBadLine(line);
            _more.Append('\n').Append(content);
            return;
        }
        _indent = indent;
        if (content.Contains('\0'))
            AddBadLine(line); // Python would carry the NUL on to where a path or a command breaks
        else if (content[0] == '[' && content.LastIndexOf(']') is > 1 and var end)
            StartSection(content[1..end].ToString(), currentIniData);
        else if (_section is null && inspection is not null)
            Inspect(inspection, "there is no [section] before", content);
        else if (_section is null)
            _textBeforeSection = $"File contains no section headers.\nfile: {PythonText.Repr(path)}, line: {_line}\n{ReprOf(line)}";
        else if (content.IndexOfAny('=', ':') is >= 0 and var delimiter)
            StartValue(content, delimiter, line, currentIniData);
        else
            AddBadLine(line); // the option before it stays open: an indented line that follows goes to it
    }

    /// <summary>
    /// Where the comment starts, or -1. The next ';' and the next '#' are looked at together until one of them starts a comment; the
    /// other one's later places are not looked at then, so `a#b #c ;d` keeps `a#b #c` (C-048).
    /// </summary>
    private static int CommentStart(ReadOnlySpan<char> line)
    {
        var start = PythonText.Strip(line);
        if (start is [';' or '#', ..]) return 0;
        int semicolon = -1, hash = -1;
        bool semicolons = true, hashes = true;
        while (semicolons || hashes)
        {
            semicolons = semicolons && Next(line, ';', ref semicolon);
            hashes = hashes && Next(line, '#', ref hash);
            var first = semicolons && IsComment(line, semicolon) ? semicolon : -1;
            if (hashes && IsComment(line, hash) && (first < 0 || hash < first)) first = hash;
            if (first >= 0) return first;
        }
        return -1;
    }

    private static bool Next(ReadOnlySpan<char> line, char prefix, ref int index)
    {
        var offset = line[(index + 1)..].IndexOf(prefix);
        index += offset + 1;
        return offset >= 0;
    }

    private static bool IsComment(ReadOnlySpan<char> line, int index) => index == 0 || PythonText.IsSpace(line[index - 1]);

    private void StartSection(string name, IniData data)
    {
        EndValue(data);
        data.Sections.AddSection(name);
        _section = name;
        _places.Add((name, "", _line));
    }

    private void StartValue(ReadOnlySpan<char> content, int delimiter, ReadOnlySpan<char> line, IniData data)
    {
        EndValue(data);
        if (delimiter == 0)
        {
            AddBadLine(line);
            return;
        }
        _key = PythonText.Strip(content[..delimiter]).ToString().ToLowerInvariant();
        _value = PythonText.Strip(content[(delimiter + 1)..]).ToString();
        _places.Add((_section!, _key, _line));
    }

    private void EndValue(IniData data)
    {
        if (_key is not null)
        {
            var value = _more.Length == 0 ? _value : _value + _more;
            data.Sections[_section!][_key] = value.TrimEnd('\n');
        }
        _key = null;
        _more.Clear();
    }

    private void AddBadLine(ReadOnlySpan<char> line)
    {
        if (inspection is not null)
            Inspect(inspection, "neither [section] nor key=value:", PythonText.Strip(line));
        else
            _badLines.Add(string.Create(CultureInfo.InvariantCulture, $"\n\t[line {_line,2}]: {ReprOf(line)}"));
    }

    private void Inspect(Inspection inspection, string problem, ReadOnlySpan<char> line)
    {
        // Of a text without a section the first line is enough.
        if (_section is not null || !_isInspected)
            inspection.Add(Severity.Error, new SourceLocation(path, _line), _section ?? "", "", $"{problem} {PythonText.Repr(line.ToString())}");
        _isInspected = inspection.IsIncomplete = true;
    }

    // Only the last line can be without its newline.
    private string ReprOf(ReadOnlySpan<char> line) => PythonText.Repr(line.ToString() + (_line < _lineCount ? "\n" : ""));
}
