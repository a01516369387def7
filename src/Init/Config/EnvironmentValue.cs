using System.Text;

namespace Init.Config;

/// <summary>
/// The grammar of `environment=` (C-123 to C-134): tokens in groups of four,
/// <code>KEY '=' VALUE SEPARATOR ...</code>
/// where a token is a word of letters, digits and `_/.+-():` (and secrets' marks), a quoted text, or any other single character, and a separator is any
/// one token. Quotes are stripped from both ends of a value and have no escapes, as Python's shlex does outside of POSIX mode.
/// </summary>
internal sealed class EnvironmentValue
{
    private readonly string _text;
    private int _at;
    private string? _pushedBack;

    private EnvironmentValue(string text) => _text = text;

    /// <summary>The variables in the order of their first appearance; a later duplicate's value wins (C-130).</summary>
    internal static IReadOnlyList<KeyValuePair<string, string>> Parse(string text)
    {
        if (text.Length == 0) return [];
        var lexer = new EnvironmentValue(text);
        var tokens = new List<string>();
        while (lexer.Next() is { } token) tokens.Add(token);

        var variables = new List<KeyValuePair<string, string>>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < tokens.Count; i += 4)
        {
            if (i + 2 >= tokens.Count || tokens[i + 1] != "=")
                throw new ConfigException($"Unexpected end of key/value pairs in value '{SecretFiles.Hide(text)}'");
            var variable = KeyValuePair.Create(tokens[i], tokens[i + 2].Trim('\'', '"'));
            if (places.TryAdd(variable.Key, variables.Count))
                variables.Add(variable);
            else
                variables[places[variable.Key]] = variable;
        }
        return variables;
    }

    private string? Next()
    {
        if (_pushedBack is { } token)
        {
            _pushedBack = null;
            return token;
        }
        while (_at < _text.Length)
        {
            var c = _text[_at];
            if (IsBlank(c))
                _at++;
            else if (c == '#')
                SkipComment();
            else if (c is '"' or '\'')
                return Quoted(c);
            else if (IsWordCharacter(c))
                return Word();
            else
                return SingleCharacter();
        }
        return null;
    }

    private string Quoted(char quote)
    {
        var end = _text.IndexOf(quote, _at + 1);
        if (end < 0) throw new ConfigException("No closing quotation");
        var token = _text[_at..(end + 1)];
        _at = end + 1;
        return token;
    }

    private string Word()
    {
        var word = new StringBuilder();
        while (_at < _text.Length && !IsBlank(_text[_at]))
        {
            var c = _text[_at];
            if (c == '#')
            {
                SkipComment(); // the word goes on in the next line
            }
            else if (IsWordCharacter(c) || c is '"' or '\'')
            {
                word.Append(c);
                _at++;
            }
            else
            {
                _pushedBack = SingleCharacter();
                break;
            }
        }
        return word.ToString();
    }

    private string SingleCharacter()
    {
        var length = char.IsHighSurrogate(_text[_at]) && _at + 1 < _text.Length ? 2 : 1;
        _at += length;
        return _text[(_at - length).._at];
    }

    private void SkipComment()
    {
        var end = _text.IndexOf('\n', _at);
        _at = end < 0 ? _text.Length : end + 1;
    }

    private static bool IsBlank(char c) => c is ' ' or '\t' or '\r' or '\n';

    private static bool IsWordCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '/' or '.' or '+' or '-' or '(' or ')' or ':' || SecretFiles.IsMark(c);
}
