using Init.Config;
using Init.Os;

namespace Init.Processes;

/// <summary>A command ready to be executed, or why there is none in Supervisor's words.</summary>
/// <param name="IsMissing">The reason is that there is no such file.</param>
internal readonly record struct FoundCommand(string Path, IReadOnlyList<string> Arguments, string? Error, bool IsMissing = false)
{
    internal static FoundCommand Failed(string error, bool isMissing = false) => new("", [], error, isMissing);
}

/// <summary>
/// Finds the file that a program's command names. It is checked before the start, as our own user and in our own directory, although
/// the program will run in its own (L-035).
/// </summary>
internal static class CommandLookup
{
    private const string DefaultPath = "/bin:/usr/bin:/usr/local/bin";
    private const int AnyExecuteBit = 0b001_001_001;

    /// <param name="secret">The command where the one to be shown is not the one to be run.</param>
    internal static FoundCommand Find(string command, SecretCommand? secret, string? path)
    {
        var (words, syntaxError) = ShellWords.Split(secret?.Marked ?? command);
        if (syntaxError is not null)
            return FoundCommand.Failed($"can't parse command {PythonText.Repr(command)}: {syntaxError}");
        if (words.Count == 0)
            return FoundCommand.Failed("command is empty");
        if (secret is not null)
            words = words.ConvertAll(secret.Reveal);

        var candidates = Candidates(words[0], path);
        if (PathGate.FirstSilent(candidates) is { } silent)
            return FoundCommand.Failed($"{PythonText.Repr(silent)} does not answer");
        var (file, kind, mode) = Locate(words[0], candidates);
        var name = PythonText.Repr(file);
        return kind switch
        {
            FileKind.Missing => FoundCommand.Failed($"can't find command {name}", isMissing: true),
            FileKind.Directory => FoundCommand.Failed($"command at {name} is a directory"),
            _ when (mode & AnyExecuteBit) == 0 => FoundCommand.Failed($"command at {name} is not executable"),
            _ when !Descriptors.MayExecute(file) => FoundCommand.Failed($"no permission to run command {name}"),
            _ => new FoundCommand(file, words, null),
        };
    }

    /// <summary>A word with a slash is a path; otherwise the first entry of PATH that exists is taken, whatever it is (L-033).</summary>
    private static string[] Candidates(string word, string? path) => word.Contains('/')
        ? [word]
        : Array.ConvertAll((string.IsNullOrEmpty(path) ? DefaultPath : path).Split(':'), directory => directory.Length == 0 ? word : Path.Join(directory, word));

    private static (string File, FileKind Kind, int Mode) Locate(string word, string[] candidates)
    {
        foreach (var file in candidates)
            if (Descriptors.Stat(file) is { Kind: not FileKind.Missing } found)
                return (file, found.Kind, found.Mode);
        return (word, FileKind.Missing, 0);
    }
}
