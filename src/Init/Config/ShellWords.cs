using System.Text;

namespace Init.Config;

/// <summary>
/// Splits a command line as a POSIX shell would, quotes and backslashes only: no variables, globs, tildes, comments or operators
/// (L-032).
/// </summary>
internal static class ShellWords
{
    /// <returns>The words, or the reason there are none.</returns>
    internal static (List<string> Words, string? Error) Split(string line)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        var quote = '\0';
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (c == quote && quote != '\0')
            {
                quote = '\0';
            }
            else if (c == '\\' && quote != '\'')
            {
                if (++i == line.Length)
                    return (words, "No escaped character");
                // Between double quotes a backslash only escapes a double quote and itself.
                if (quote == '"' && line[i] is not ('"' or '\\'))
                    (word ??= new()).Append('\\');
                (word ??= new()).Append(line[i]);
            }
            else if (quote != '\0')
            {
                word!.Append(c);
            }
            else if (c is '\'' or '"')
            {
                quote = c;
                word ??= new();
            }
            else if (c is ' ' or '\t' or '\r' or '\n')
            {
                if (word is not null)
                    words.Add(word.ToString());
                word = null;
            }
            else
            {
                (word ??= new()).Append(c);
            }
        }
        if (quote != '\0')
            return (words, "No closing quotation");
        if (word is not null)
            words.Add(word.ToString());
        return (words, null);
    }
}
