namespace Init.Cli;

/// <summary>
/// Python's getopt, which Supervisor's programs use (C-001, C-024 to C-027): short options may be bundled, long ones cut to a unique
/// prefix; <c>--opt=value</c> or <c>--opt value</c>, <c>-ovalue</c> or <c>-o value</c>; the first other word, or what follows
/// <c>--</c>, ends the options.
/// </summary>
internal sealed class GetOpt
{
    private readonly IReadOnlyList<GetOptOption> _known;
    private readonly IReadOnlyList<string> _arguments;
    private readonly List<(GetOptOption Option, string Word, string Value)> _options = [];
    private int _at;

    private GetOpt(IReadOnlyList<string> arguments, IReadOnlyList<GetOptOption> known)
    {
        _arguments = arguments;
        _known = known;
    }

    /// <summary>The options found, each with its word in full (`-n`, `--nodaemon`), and the words left over.</summary>
    /// <exception cref="UsageException">The first option that is unknown or malformed.</exception>
    internal static (IReadOnlyList<(GetOptOption Option, string Word, string Value)> Options, IReadOnlyList<string> Words) Parse(
        IReadOnlyList<string> arguments,
        IReadOnlyList<GetOptOption> known)
    {
        var parser = new GetOpt(arguments, known);
        parser.ParseOptions();
        return (parser._options, [.. arguments.Skip(parser._at)]);
    }

    private void ParseOptions()
    {
        while (_at < _arguments.Count && _arguments[_at] is ['-', _, ..] word)
        {
            _at++;
            if (word == "--") return;
            if (word[1] == '-')
                ParseLong(word[2..]);
            else
                ParseShort(word[1..]);
        }
    }

    private void ParseLong(string text)
    {
        var equals = text.IndexOf('=');
        var option = FindLong(equals < 0 ? text : text[..equals]);
        if (option.TakesValue)
            Add(option, "--" + option.Long, equals < 0 ? NextArgument("--" + option.Long) : text[(equals + 1)..]);
        else if (equals >= 0)
            throw new UsageException($"option --{option.Long} must not have an argument");
        else
            Add(option, "--" + option.Long, "");
    }

    private GetOptOption FindLong(string name)
    {
        GetOptOption? found = null;
        var unique = true;
        foreach (var option in _known)
        {
            if (option.Long is null || !option.Long.StartsWith(name, StringComparison.Ordinal)) continue;
            if (option.Long == name) return option;
            if (option.InFull) continue;
            unique = found is null;
            found = option;
        }
        if (found is null) throw new UsageException($"option --{name} not recognized");
        return unique ? found : throw new UsageException($"option --{name} not a unique prefix");
    }

    private void ParseShort(string letters)
    {
        for (var i = 0; i < letters.Length; i++)
        {
            var option = FindShort(letters[i]);
            if (!option.TakesValue)
            {
                Add(option, "-" + letters[i], "");
                continue;
            }
            Add(option, "-" + letters[i], i + 1 < letters.Length ? letters[(i + 1)..] : NextArgument("-" + letters[i]));
            return;
        }
    }

    private GetOptOption FindShort(char letter)
    {
        foreach (var option in _known)
            if (option.Short == letter) return option;
        throw new UsageException($"option -{letter} not recognized");
    }

    private string NextArgument(string word) =>
        _at < _arguments.Count ? _arguments[_at++] : throw new UsageException($"option {word} requires argument");

    private void Add(GetOptOption option, string word, string value) => _options.Add((option, word, value));
}

/// <summary>An option by its letter, its long name, or both.</summary>
/// <param name="InFull">Not to be cut, so that what was the unique prefix of another stays that.</param>
internal sealed record GetOptOption(char? Short, string? Long, bool TakesValue, bool InFull = false);
