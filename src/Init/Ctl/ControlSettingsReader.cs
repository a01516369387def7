using Init.Config;

namespace Init.Ctl;

/// <summary>[supervisorctl] of a configuration file (T-009 to T-016). [include] is not followed (C-103).</summary>
internal static class ControlSettingsReader
{
    internal const string Section = "supervisorctl";
    private const string PluginPrefix = "ctlplugin:";
    private const string FactoryKey = "supervisor.ctl_factory";
    private const string UnixScheme = "unix://";

    /// <exception cref="ConfigException">The first error, in Supervisor's words.</exception>
    internal static ControlSettings Read(string path, IReadOnlyDictionary<string, string> environment, string workingDirectory)
    {
        var context = new ReadingContext
        {
            Document = ReadDocument(path, workingDirectory),
            Path = path,
            Here = PosixPath.Absolute(PosixPath.DirectoryOf(path), workingDirectory),
            HostNodeName = "",
            Environment = Expansions.OfEnvironment(environment, workingDirectory),
            Paths = new PathValues(workingDirectory, environment),
            ContainerMode = false,
        };
        return Read(context);
    }

    /// <summary>Of a file that has been read, as a check has it.</summary>
    internal static ControlSettings Read(ReadingContext context)
    {
        var reader = context.WithEnvironment(Section);
        var here = context.WithHere(Section);
        var url = here.Text("serverurl") ?? ServerUrl.Default;
        return new ControlSettings
        {
            ServerUrl = url.StartsWith(UnixScheme, StringComparison.Ordinal) ? UnixScheme + context.Paths.Absolute(url[UnixScheme.Length..]) : url,
            Prompt = reader.Text("prompt") ?? new ControlSettings().Prompt,
            Username = reader.HiddenText("username"),
            Password = reader.HiddenText("password"),
            HistoryFile = here.Text("history_file") is { Length: > 0 } file ? context.Paths.Absolute(file) : null,
            Warnings = [.. WarnOfPlugins(context)],
        };
    }

    private static ConfigDocument ReadDocument(string path, string workingDirectory)
    {
        var text = ConfigText.Read(PosixPath.Join(workingDirectory, path), out var unreadable)
            ?? throw new ConfigException($"could not {(unreadable ? "read" : "find")} config file {path}");
        var document = new ConfigDocument();
        document.Load(text, path);
        return document.Has(Section) ? document : throw new ConfigException(".ini file does not include supervisorctl section");
    }

    /// <summary>
    /// A plugin is Python code, which we cannot run: a warning says so, and every action of our own works without it. The section's
    /// mistakes are told as Supervisor tells them (T-016).
    /// </summary>
    private static IEnumerable<string> WarnOfPlugins(ReadingContext context)
    {
        foreach (var section in context.Document.Sections)
        {
            if (!section.StartsWith(PluginPrefix, StringComparison.Ordinal)) continue;
            var reader = context.WithEnvironment(section);
            var factory = reader.Attempt(FactoryKey, "",
                () => reader.Text(FactoryKey) ?? throw new ConfigException($"section [{section}] does not specify a {FactoryKey}"));
            foreach (var key in context.Document.Keys(section))
                reader.Text(key);
            yield return $"For [{section}], {factory} is Python code, which cannot be loaded here; its actions are not available";
        }
    }
}
