using System.Text;
using Init.Os;

namespace Init.Config;

/// <summary>
/// A file of `environment_file`. Its grammar, line by line, with blanks at both ends and behind the `=`:
/// <code>
/// line    := nothing | '#' comment | ['export' blank] KEY '=' value
/// KEY     := letter or '_', then letters, digits, '_', '.', '-'
/// value   := bare | "'" text "'" | '"' text '"'
/// </code>
/// A bare value is the rest of the line, whatever is in it. A quoted one may go over many lines, and only a `#` comment may follow it.
/// Single quotes keep all as it is; between double quotes `\"`, `\\`, `\$`, `` \` `` stand for the character and `\n`, `\r`, `\t` for
/// newline, return, tab. Nothing else is expanded. A later KEY wins.
/// </summary>
/// <param name="Path">Absolute.</param>
/// <param name="MayBeMissing">Written `-path`.</param>
internal sealed record EnvironmentFile(string Path, bool MayBeMissing)
{
    /// <summary>Its variables as they are now.</summary>
    /// <exception cref="ConfigException">What is wrong, with the file and the line, but nothing of what is written there.</exception>
    internal IReadOnlyList<KeyValuePair<string, string>> Read()
    {
        var (bytes, error, errno) = SmallFile.Read(Path, guarded: true);
        if (errno == Errno.ENOENT && MayBeMissing) return [];
        if (error is not null) throw new ConfigException($"can't read environment file {PythonText.Repr(Path)}: {error}");
        return new Parser(Path, PosixText.Decode(bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(3) : bytes)).Parse();
    }

    private ref struct Parser(string path, string text)
    {
        private const string Export = "export";
        private int _at;
        private int _line = 1;

        internal List<KeyValuePair<string, string>> Parse()
        {
            var variables = new List<KeyValuePair<string, string>>();
            var nul = text.IndexOf('\0');
            if (nul >= 0)
            {
                _line += text.AsSpan(0, nul).Count('\n');
                throw Wrong("has a NUL in it");
            }
            while (_at < text.Length)
            {
                SkipBlanks();
                if (Peek() is not ('#' or '\n' or '\0')) variables.Add(Variable());
                else SkipLine();
            }
            return variables;
        }

        private KeyValuePair<string, string> Variable()
        {
            var key = Key();
            if (key == Export && IsBlank(Peek()))
            {
                SkipBlanks();
                key = Key();
            }
            if (key.Length == 0 || Peek() != '=') throw Wrong("is not KEY=value");
            _at++;
            SkipBlanks();
            return KeyValuePair.Create(key, Peek() is '"' or '\'' ? Quoted(Peek()) : Bare());
        }

        private string Key()
        {
            var start = _at;
            while (Peek() is var c && (char.IsAsciiLetter(c) || c == '_' || (_at > start && (char.IsAsciiDigit(c) || c is '.' or '-')))) _at++;
            return text[start.._at];
        }

        private string Bare()
        {
            var start = _at;
            SkipLine();
            return text[start.._at].Trim(' ', '\t', '\r', '\n');
        }

        private string Quoted(char quote)
        {
            var value = new StringBuilder();
            var line = _line;
            for (_at++; Peek() != quote; _at++)
            {
                if (_at >= text.Length)
                {
                    _line = line;
                    throw Wrong("has no closing quotation");
                }
                if (Peek() == '\n') _line++;
                if (quote == '"' && Peek() == '\\' && Escaped() is { } character)
                {
                    value.Append(character);
                    _at++;
                }
                else
                {
                    value.Append(Peek());
                }
            }
            _at++;
            SkipBlanks();
            if (Peek() is not ('#' or '\n' or '\0')) throw Wrong("has something behind a closing quotation");
            SkipLine();
            return value.ToString();
        }

        private readonly char? Escaped() => (_at + 1 < text.Length ? text[_at + 1] : '\0') switch
        {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '"' => '"',
            '\\' => '\\',
            '$' => '$',
            '`' => '`',
            _ => null,
        };

        /// <summary>NUL at the end.</summary>
        private readonly char Peek() => _at < text.Length ? text[_at] : '\0';

        private void SkipBlanks()
        {
            while (IsBlank(Peek())) _at++;
        }

        private void SkipLine()
        {
            var end = text.IndexOf('\n', _at);
            _at = end < 0 ? text.Length : end + 1;
            _line++;
        }

        private static bool IsBlank(char c) => c is ' ' or '\t' or '\r';

        private readonly ConfigException Wrong(string problem) =>
            new($"environment file {PythonText.Repr(path)}: line {_line} {problem}") { Location = new SourceLocation(path, _line) };
    }
}
