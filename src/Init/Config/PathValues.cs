using Init.Os;

namespace Init.Config;

/// <summary>Values that name a place on disk. Relative ones are relative to the working directory at the time of reading.</summary>
internal sealed class PathValues(string workingDirectory, IReadOnlyDictionary<string, string> environment)
{
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<string, bool> _directories = new(StringComparer.Ordinal);

    internal string WorkingDirectory => workingDirectory;

    /// <summary>One that does not answer, on a mount whose server is gone, counts as a directory: its program's start will say so.</summary>
    internal bool IsDirectory(string path)
    {
        if (path.Length == 0)
            return false;
        var directory = PosixPath.Join(workingDirectory, path);
        if (_directories.TryGetValue(directory, out var known))
            return known;
        var found = true;
        return _directories[directory] = !Abandonable.TryWithin(_patience, $"directory {directory}", () => found = Directory.Exists(directory)) || found;
    }

    internal string ExistingDirectory(string text)
    {
        var path = ExpandUser(text);
        return IsDirectory(path) ? path : throw new ConfigException($"{text} is not an existing directory");
    }

    /// <summary>A path whose directory exists, or a bare name (C-111).</summary>
    internal string ExistingParent(string text)
    {
        var path = ExpandUser(text);
        var directory = PosixPath.DirectoryOf(path);
        return directory.Length == 0 || IsDirectory(directory) ? path
            : throw new ConfigException($"The directory named as part of the path {text} does not exist");
    }

    internal string Absolute(string text) => PosixPath.Absolute(ExpandUser(text), workingDirectory);

    internal string ExpandUser(string text) => PosixPath.ExpandUser(text, environment);

    /// <summary>Where Python's tempfile would put files, but for its trial whether it can write there (C-145).</summary>
    internal string TemporaryDirectory()
    {
        foreach (var name in new[] { "TMPDIR", "TEMP", "TMP" })
            if (environment.TryGetValue(name, out var path) && IsDirectory(path)) return PosixPath.Absolute(path, workingDirectory);
        foreach (var path in new[] { "/tmp", "/var/tmp", "/usr/tmp" })
            if (Directory.Exists(path)) return path;
        return workingDirectory;
    }
}
