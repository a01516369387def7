namespace Init.Os;

/// <summary>
/// The variables and arguments that we were started with, byte for byte. The runtime's own views replace bytes that are not UTF-8, and lack
/// the variables that are hidden from it (start.c); these go through <see cref="PosixText"/> and come out as they went in.
/// </summary>
internal static class ProcessEnvironment
{
    /// <summary>`NAME=value`, in order.</summary>
    internal static IReadOnlyList<string> Variables => _variables;

    private static readonly List<string> _variables = OwnStart.Environment();

    /// <summary>argv, its first word included.</summary>
    internal static IReadOnlyList<string> Arguments { get; } = OwnStart.Arguments();

    /// <summary>Takes a variable out, so that no program of ours sees it; null when it is not set.</summary>
    internal static string? Take(string name)
    {
        var index = _variables.FindIndex(variable => variable.StartsWith(name + "=", StringComparison.Ordinal));
        if (index < 0)
            return null;
        var value = _variables[index][(name.Length + 1)..];
        _variables.RemoveAt(index);
        return value;
    }

    /// <summary>As Python does it; for all that reads a configuration, and not for what only runs one command.</summary>
    internal static void CoerceLocale() => LocaleCoercion.Apply(_variables, LocaleCoercion.Folder);

    /// <summary>Of a name given twice, getenv sees the first.</summary>
    internal static Dictionary<string, string> ToDictionary()
    {
        var dictionary = new Dictionary<string, string>(_variables.Count);
        foreach (var variable in _variables)
            if (variable.IndexOf('=') is > 0 and var equals)
                dictionary.TryAdd(variable[..equals], variable[(equals + 1)..]);
        return dictionary;
    }
}
