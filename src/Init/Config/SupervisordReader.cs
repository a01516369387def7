namespace Init.Config;

/// <summary>[supervisord] with the command line's values on top (C-135 to C-151).</summary>
internal static class SupervisordReader
{
    internal const string Section = "supervisord";
    internal const long DefaultMaxBytes = 50 * 1024 * 1024;
    internal const int DefaultBackups = 10;
    private const int DefaultUmask = 0b000_010_010;

    /// <summary>All but the user, who is looked up last (C-030). The file's values are checked also where the command line's win.</summary>
    internal static SupervisordConfig Read(ReadingContext context, CommandLineValues commandLine)
    {
        var reader = context.WithHere(Section);
        var paths = context.Paths;
        var minFds = reader.Read("minfds", 1024, Values.Integer);
        var minProcs = reader.Read("minprocs", 200, Values.Integer);
        var directory = reader.Read<string?>("directory", null, paths.ExistingDirectory);
        reader.HiddenText("user");
        var umask = reader.Read("umask", DefaultUmask, Values.Octal);
        var logfile = reader.Read<string?>("logfile", null, paths.ExistingParent);
        var logfileMaxBytes = reader.Read("logfile_maxbytes", DefaultMaxBytes, Values.ByteSize);
        var logfileBackups = reader.Read("logfile_backups", DefaultBackups, Values.Integer);
        var logLevel = reader.Read("loglevel", LogLevel.Info, Values.Level);
        var pidfile = reader.Read<string?>("pidfile", null, paths.ExistingParent);
        var identifier = reader.Read("identifier", "supervisor", Values.Text);
        var noDaemon = reader.Read("nodaemon", false, Values.Boolean);
        var silent = reader.Read("silent", false, Values.Boolean);
        var childLogDir = reader.Read<string?>("childlogdir", null, paths.ExistingDirectory);
        var noCleanup = reader.Read("nocleanup", false, Values.Boolean);
        var stripAnsi = reader.Read("strip_ansi", false, Values.Boolean);
        return new SupervisordConfig
        {
            Logfile = MainFile(context, commandLine.Logfile, logfile, "supervisord.log"),
            LogfileMaxBytes = commandLine.LogfileMaxBytes ?? logfileMaxBytes,
            LogfileBackups = commandLine.LogfileBackups ?? logfileBackups,
            LogLevel = commandLine.LogLevel ?? logLevel,
            Pidfile = MainFile(context, commandLine.Pidfile, pidfile, "supervisord.pid"),
            Umask = commandLine.Umask ?? umask,
            NoDaemon = commandLine.NoDaemon ?? noDaemon,
            Silent = commandLine.Silent ?? silent,
            MinFds = commandLine.MinFds ?? minFds,
            MinProcs = commandLine.MinProcs ?? minProcs,
            NoCleanup = commandLine.NoCleanup ?? noCleanup,
            StripAnsi = commandLine.StripAnsi ?? stripAnsi,
            ChildLogDir = PosixPath.Absolute(commandLine.ChildLogDir ?? childLogDir ?? paths.TemporaryDirectory(), paths.WorkingDirectory),
            Directory = commandLine.Directory ?? directory,
            Environment = ReadEnvironment(context, reader),
            Identifier = commandLine.Identifier ?? identifier,
            ExitOn = OwnKeys.InSection(context, Section, () => EndingReader.ExitOn(reader)),
            ExitWhenDone = OwnKeys.InSection(context, Section, () => EndingReader.ExitWhenDone(reader)),
            StopBudget = OwnKeys.InSection(context, Section, () => EndingReader.StopBudget(reader)),
            ForwardSignals = OwnKeys.InSection(context, Section, () => ForwardReader.Read(reader)),
            Output = OwnKeys.InSection(context, Section, () => OutputReader.ReadDefaults(reader)),
        };
    }

    /// <exception cref="ConfigException">`Invalid user name nosuch`, whichever place it comes from.</exception>
    internal static UserIdentity? ReadUser(ReadingContext context, CommandLineValues commandLine) => commandLine.User is { } user
        ? context.Document.Attempt<UserIdentity?>("", "", null, () => context.Users.User(user))
        : context.WithHere(Section).Read<UserIdentity?>("user", null, context.Users.User);

    /// <summary>
    /// The main log or pid file, absolute from here on. An empty word on the command line counts as silence. The log's name
    /// `syslog`, in exactly this spelling, is no path (C-135).
    /// </summary>
    private static string? MainFile(ReadingContext context, string? fromCommandLine, string? fromFile, string fallback)
    {
        var name = string.IsNullOrEmpty(fromCommandLine) ? fromFile : fromCommandLine;
        if (string.IsNullOrEmpty(name) && context.ContainerMode) return null;
        name ??= fallback;
        return name == "syslog" && fallback == "supervisord.log" ? name : context.Paths.Absolute(name);
    }

    /// <summary>Expanded twice (C-089), so a literal percent sign is written four times.</summary>
    private static IReadOnlyList<KeyValuePair<string, string>> ReadEnvironment(ReadingContext context, SectionReader reader)
    {
        var names = new Expansions(reader.Expansions).Set("host_node_name", context.HostNodeName);
        return reader.ReadMarked("environment", [], text => EnvironmentValue.Parse(PythonFormat.Expand(text, names, "environment", isHidden: true)));
    }
}
