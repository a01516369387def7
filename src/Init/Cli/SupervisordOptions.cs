using Init.Config;

namespace Init.Cli;

/// <summary>
/// The command line of `supervisord` (C-001 to C-034). Options take effect from left to right, and `-h` and `-v` at once: an error
/// further right is not seen (C-023).
/// </summary>
internal sealed record SupervisordOptions
{
    /// <summary>The Supervisor whose behaviour this is; `-v` prints it, and clients compare it.</summary>
    internal const string SupervisorVersion = Rpc.ApiVersion.Supervisor;

    /// <summary>null: search for it.</summary>
    public string? ConfigFile { get; init; }

    public CommandLineValues Values { get; init; } = new();

    /// <summary>-h: print <see cref="HelpText"/> on stdout and exit with status 0.</summary>
    public bool Help { get; init; }

    /// <summary>-v: print <see cref="SupervisorVersion"/> on stdout and exit with status 0.</summary>
    public bool Version { get; init; }

    /// <summary>--profile_options: accepted, and without effect, for there is no Python to profile.</summary>
    public string? ProfileOptions { get; init; }

    /// <summary>--check, an option of ours: say what is wrong with the configuration and what it would start, and start nothing.</summary>
    public bool Check { get; init; }

    /// <summary>--strict, with --check: a warning counts as an error.</summary>
    public bool Strict { get; init; }

    /// <summary>--json, with --check: the report is one JSON object.</summary>
    public bool Json { get; init; }

    private static readonly GetOptOption _check = new(null, "check", false, InFull: true);

    private static readonly GetOptOption[] _withCheck = [new(null, "strict", false, InFull: true), new(null, "json", false, InFull: true)];

    private static readonly GetOptOption[] _known =
    [
        new('h', "help", false),
        new('?', null, false),
        new('c', "configuration", true),
        new('v', "version", false),
        new('n', "nodaemon", false),
        new('u', "user", true),
        new('m', "umask", true),
        new('d', "directory", true),
        new('l', "logfile", true),
        new('y', "logfile_maxbytes", true),
        new('z', "logfile_backups", true),
        new('e', "loglevel", true),
        new('j', "pidfile", true),
        new('i', "identifier", true),
        new('q', "childlogdir", true),
        new('a', "minfds", true),
        new(null, "minprocs", true),
        new('k', "nocleanup", false),
        new('t', "strip_ansi", false),
        new(null, "profile_options", true),
        new('s', "silent", false),
        _check,
    ];

    /// <param name="arguments">The words after argv[0].</param>
    /// <param name="paths">For the options that name a directory or a file.</param>
    /// <exception cref="UsageException">The first error.</exception>
    internal static SupervisordOptions Parse(IReadOnlyList<string> arguments, PathValues paths)
    {
        if (!arguments.Contains("--check")) return Parse(arguments, paths, _known);
        var result = Parse(arguments, paths, [.. _known, .. _withCheck]);
        return result.Check || result.Help || result.Version ? result : Parse(arguments, paths, _known); // it was some option's value
    }

    private static SupervisordOptions Parse(IReadOnlyList<string> arguments, PathValues paths, IReadOnlyList<GetOptOption> known)
    {
        var (options, rest) = GetOpt.Parse(arguments, known);
        if (rest.Count > 0) throw new UsageException($"positional arguments are not supported: {PythonText.ReprList(rest)}");
        var result = new SupervisordOptions();
        var given = new HashSet<GetOptOption>();
        foreach (var (option, word, value) in options)
        {
            SupervisordOptions next;
            try
            {
                next = result.With(option.Long, value, paths);
            }
            catch (ConfigException e)
            {
                throw new UsageException($"invalid value for {word} {PythonText.Repr(value)}: {e.Message}");
            }
            if (next.Help || next.Version) return next;
            if (!given.Add(option)) throw new UsageException($"conflicting command line option {PythonText.Repr(word)}");
            result = next;
        }
        return result;
    }

    private SupervisordOptions With(string? name, string value, PathValues paths) => name switch
    {
        "help" or null => this with { Help = true },
        "version" => this with { Version = true },
        "check" => this with { Check = true },
        "strict" => this with { Strict = true },
        "json" => this with { Json = true },
        // Supervisor breaks on an empty name (C-032).
        "configuration" => value.Length > 0 ? this with { ConfigFile = value } : throw new ConfigException("the name of a file is needed"),
        "profile_options" => this with { ProfileOptions = value },
        _ => this with { Values = WithValue(name, value, paths) },
    };

    private CommandLineValues WithValue(string name, string value, PathValues paths) => name switch
    {
        "nodaemon" => Values with { NoDaemon = true },
        "silent" => Values with { Silent = true },
        "nocleanup" => Values with { NoCleanup = true },
        "strip_ansi" => Values with { StripAnsi = true },
        "user" => Values with { User = value }, // looked up later (C-030)
        "umask" => Values with { Umask = Config.Values.Octal(value) },
        "directory" => Values with { Directory = paths.ExistingDirectory(value) },
        "logfile" => Values with { Logfile = paths.ExistingParent(value) },
        "logfile_maxbytes" => Values with { LogfileMaxBytes = Config.Values.ByteSize(value) },
        "logfile_backups" => Values with { LogfileBackups = Config.Values.Integer(value) },
        "loglevel" => Values with { LogLevel = Config.Values.Level(value) },
        "pidfile" => Values with { Pidfile = paths.ExistingParent(value) },
        "identifier" => Values with { Identifier = value },
        "childlogdir" => Values with { ChildLogDir = paths.ExistingDirectory(value) },
        "minfds" => Values with { MinFds = Config.Values.Integer(value) },
        "minprocs" => Values with { MinProcs = Config.Values.Integer(value) },
        _ => throw new InvalidOperationException($"option {name} is known and has no effect"),
    };

    /// <summary>What -h prints, argv[0] in its place.</summary>
    internal static string HelpText(string programName) => $"""
        supervisord -- run a set of applications as daemons.

        Usage: {programName} [options]

        Options (each beats the setting of the same name in [supervisord]):
        -c/--configuration FILENAME -- read this configuration file (without it, the usual places are searched)
        -n/--nodaemon -- stay in the foreground
        -s/--silent -- in the foreground, do not copy the log to stdout
        -h/--help/-? -- print this text and exit
        -v/--version -- print the version of Supervisor that is followed and exit
        -u/--user USER -- become this user (a name or a number)
        -m/--umask UMASK -- set this umask when daemonizing, in octal (022)
        -d/--directory DIRECTORY -- change to this directory when daemonizing
        -l/--logfile FILENAME -- use FILENAME as logfile path
        -y/--logfile_maxbytes BYTES -- rotate the log at this size: bytes, or with KB, MB, GB (50MB)
        -z/--logfile_backups NUM -- keep this many rotated logs (10)
        -e/--loglevel LEVEL -- log from this level on: critical, error, warn, info, debug, trace, blather (info)
        -j/--pidfile FILENAME -- write our process id to this file
        -i/--identifier STR -- the name of this instance, told to clients and listeners (supervisor)
        -q/--childlogdir DIRECTORY -- where automatic logs of programs are kept
        -k/--nocleanup -- do not delete automatic logs of an earlier run
        -a/--minfds NUM -- have at least this many file descriptors, or do not start (1024)
        -t/--strip_ansi -- remove ANSI escape sequences from what programs write
        --minprocs NUM -- have at least this many processes, or do not start (200)
        --profile_options LIST -- accepted, and ignored

        """;
}
