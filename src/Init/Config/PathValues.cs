namespace Init.Config;

/// <summary>Values that name a place on disk. Relative ones are relative to the working directory at the time of reading.</summary>
internal sealed class PathValues(string workingDirectory, IReadOnlyDictionary<string, string> environment)
{
    internal string WorkingDirectory => workingDirectory;

    internal bool IsDirectory(string path) => path.Length > 0 && Directory.Exists(PosixPath.Join(workingDirectory, path));

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
