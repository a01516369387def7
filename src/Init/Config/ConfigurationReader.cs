namespace Init.Config;

/// <summary>
/// Reads a configuration as Supervisor reads it, in its order, because the first error found is the one that is shown: the files and
/// their includes, [supervisord], rpc interfaces, groups, servers, and last the user to become.
/// </summary>
internal static class ConfigurationReader
{
    /// <param name="path">The main file as given or found; relative to the working directory.</param>
    /// <param name="commandLine">What the command line says; it beats the file.</param>
    /// <param name="containerMode">No log file, pid file or child log directory unless the configuration names them.</param>
    /// <param name="environment">Our environment, for `%(ENV_X)s`, `~` and TMPDIR.</param>
    /// <param name="workingDirectory">An absolute path.</param>
    /// <exception cref="ConfigException">The first error, worded as Supervisor words it.</exception>
    internal static Configuration Read(
        string path,
        CommandLineValues commandLine,
        bool containerMode,
        IReadOnlyDictionary<string, string> environment,
        string workingDirectory) => Read(ContextOf(path, containerMode, environment, workingDirectory), commandLine);

    /// <param name="inspection">Collects all errors, where a check wants them instead of the first.</param>
    internal static ReadingContext ContextOf(
        string path,
        bool containerMode,
        IReadOnlyDictionary<string, string> environment,
        string workingDirectory,
        Inspection? inspection = null) => new()
        {
            Document = new ConfigDocument(inspection),
            Path = path,
            Here = PosixPath.Absolute(PosixPath.DirectoryOf(path), workingDirectory),
            HostNodeName = ReadingContext.HostName(),
            Environment = Expansions.OfEnvironment(environment, workingDirectory),
            Paths = new PathValues(workingDirectory, environment),
            ContainerMode = containerMode,
        };

    internal static Configuration Read(ReadingContext context, CommandLineValues commandLine)
    {
        ReadMainFile(context);
        IncludeReader.Read(context);
        context.Document.AttemptSection("", () => RequireSupervisord(context));

        var supervisord = SupervisordReader.Read(context, commandLine);
        foreach (var (name, value) in supervisord.Environment) context.Environment.SetVariable(name, value);
        var rpcInterfaces = RpcInterfaceReader.Read(context);
        var groups = GroupReader.Read(context, supervisord);
        DependencyReader.Check(context, groups);
        ForwardReader.Check(context, supervisord, groups);
        var servers = HttpServerReader.Read(context);
        return new Configuration
        {
            Path = context.Path,
            Supervisord = supervisord with
            {
                User = SupervisordReader.ReadUser(context, commandLine),
                Environment = context.Reveal(supervisord.Environment),
            },
            Groups = groups,
            HttpServers = servers,
            RpcInterfaces = rpcInterfaces,
            Warnings = context.Warnings,
            Infos = context.Infos,
        };
    }

    private static void RequireSupervisord(ReadingContext context)
    {
        var isThere = context.Document.Has(SupervisordReader.Section) || context.Inspection is { IsIncomplete: true };
        if (!isThere) throw new ConfigException(".ini file does not include supervisord section");
    }

    private static void ReadMainFile(ReadingContext context)
    {
        var unreadable = false;
        var text = context.Path.Length == 0 ? null
            : ConfigText.Read(PosixPath.Join(context.Paths.WorkingDirectory, context.Path), out unreadable);
        if (unreadable) throw new ConfigException($"could not read config file {context.Path}");
        if (text is null) throw new ConfigException($"could not find config file {context.Path}");
        context.Document.Load(text, context.Path);
    }
}
