namespace Init.Config;

/// <summary>Where a configuration is looked for when none is named (C-035, C-036).</summary>
internal static class ConfigurationSearch
{
    /// <summary>What Supervisor warns root of before it searches (C-037).</summary>
    internal const string RootWarning = "Supervisord is running as root and it is searching for its configuration file in default locations "
        + "(including its current working directory); you probably want to specify a \"-c\" argument specifying an absolute path to a "
        + "configuration file for improved security.";

    /// <summary>The first path that exists, whatever it is.</summary>
    /// <param name="programPath">The path under which the program was started; its parent's parent is searched first.</param>
    /// <param name="workingDirectory">What relative paths are relative to.</param>
    internal static string Find(string programPath, string workingDirectory)
    {
        var paths = Paths(programPath);
        foreach (var path in paths)
            if (Path.Exists(PosixPath.Join(workingDirectory, path))) return path;
        throw new ConfigException($"No config file found at default paths ({string.Join(", ", paths)}); "
            + "use the -c option to specify a config file at a different path");
    }

    internal static IReadOnlyList<string> Paths(string programPath)
    {
        var prefix = PosixPath.DirectoryOf(PosixPath.DirectoryOf(programPath));
        return
        [
            PosixPath.Join(prefix, "etc/supervisord.conf"),
            PosixPath.Join(prefix, "supervisord.conf"),
            "supervisord.conf",
            "etc/supervisord.conf",
            "/etc/supervisord.conf",
            "/etc/supervisor/supervisord.conf",
        ];
    }
}
