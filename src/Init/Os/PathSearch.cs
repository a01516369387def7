namespace Init.Os;

/// <summary>Finds the file behind a command word as execvp(3) does.</summary>
internal static class PathSearch
{
    private const string DefaultPath = "/usr/local/bin:/bin:/usr/bin";

    /// <summary>
    /// A word with a slash is a path. Otherwise the first file in PATH that may be executed; failing that, the first that is there,
    /// whose exec then says why not; null when there is none.
    /// </summary>
    internal static string? Find(string word)
    {
        if (word.Contains('/'))
            return word;
        var path = ProcessEnvironment.Variables.FirstOrDefault(variable => variable.StartsWith("PATH=", StringComparison.Ordinal))?[5..];
        string? present = null;
        foreach (var directory in (path ?? DefaultPath).Split(':'))
        {
            var file = Path.Join(directory.Length == 0 ? "." : directory, word);
            if (Descriptors.Stat(file).Kind is FileKind.Missing or FileKind.Directory)
                continue;
            if (Descriptors.MayExecute(file))
                return file;
            present ??= file;
        }
        return present;
    }
}
