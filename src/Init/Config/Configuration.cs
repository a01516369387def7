using Init.Events;

namespace Init.Config;

/// <summary>A whole configuration, read and checked: what a file says, after expansion, with the command line's values on top.</summary>
internal sealed record Configuration
{
    /// <summary>The path as given or found; used again by a reread (C-045).</summary>
    public required string Path { get; init; }

    public required SupervisordConfig Supervisord { get; init; }

    /// <summary>Groups in ascending priority, then by name.</summary>
    public required IReadOnlyList<GroupConfig> Groups { get; init; }

    /// <summary>inet servers first, then unix servers (C-171).</summary>
    public required IReadOnlyList<HttpServerConfig> HttpServers { get; init; }

    public required IReadOnlyList<RpcInterfaceConfig> RpcInterfaces { get; init; }

    /// <summary>What reading the files had to say, for the activity log once it is open (C-157).</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    public required IReadOnlyList<string> Infos { get; init; }
}

/// <summary>Where a program's output goes, as its `*_logfile` says.</summary>
internal enum LogTarget
{
    /// <summary>No file: `NONE`, `off` or an empty value.</summary>
    None,

    /// <summary>`AUTO` (the default): a file of our choice in childlogdir; in container mode our own stdout or stderr.</summary>
    Auto,

    /// <summary>A path.</summary>
    File,
}

/// <summary>One stream's log options.</summary>
internal sealed record StreamConfig
{
    public required LogTarget Target { get; init; }

    /// <summary>The path when <see cref="Target"/> is File, as written after expansion (C-219).</summary>
    public string? Path { get; init; }

    /// <summary>Bytes after which the file is rotated; 0 never.</summary>
    public required long MaxBytes { get; init; }

    public required int Backups { get; init; }

    public required long CaptureMaxBytes { get; init; }

    public required bool EventsEnabled { get; init; }

    public required bool Syslog { get; init; }
}

/// <summary>exit_on: which end of a program is the end of everything. Each includes those before it.</summary>
internal enum ExitOn
{
    Never,

    /// <summary>It entered FATAL.</summary>
    Fatal,

    /// <summary>It ended with a status outside exitcodes, whether or not it would be restarted.</summary>
    Failure,

    /// <summary>It ended.</summary>
    Exit,
}

internal enum AutoRestart
{
    Never,
    Unexpected,
    Always,
}

/// <summary>One process of a program: every option after expansion for its process_num.</summary>
internal record ProcessConfig
{
    public required string Name { get; init; }

    /// <summary>The name in the section's header, which processes of one program share.</summary>
    public required string Program { get; init; }

    /// <summary>As it may be shown; where <see cref="SecretCommand"/> is null, also as it is run.</summary>
    public required string Command { get; init; }

    /// <summary>The command as it is run, where it has the content of a file in it; null as a rule.</summary>
    public SecretCommand? SecretCommand { get; init; }
    public string? Directory { get; init; }
    public int? Umask { get; init; }
    public Os.ChildLimits Limits { get; init; } = Os.ChildLimits.None;
    public required int Priority { get; init; }
    public required bool AutoStart { get; init; }
    public required AutoRestart AutoRestart { get; init; }
    public required int StartSecs { get; init; }
    public required int StartRetries { get; init; }

    /// <summary>The user to run as, resolved when the file was read; null keeps ours.</summary>
    public UserIdentity? User { get; init; }

    public required StreamConfig Stdout { get; init; }
    public required StreamConfig Stderr { get; init; }
    public required int StopSignal { get; init; }
    public required int StopWaitSecs { get; init; }
    public required bool StopAsGroup { get; init; }
    public required bool KillAsGroup { get; init; }
    public required IReadOnlyList<int> ExitCodes { get; init; }
    public ExitOn ExitOn { get; init; }
    public required bool RedirectStderr { get; init; }

    /// <summary>What must hold before it is started.</summary>
    public IReadOnlyList<Dependency> DependsOn { get; init; } = [];

    /// <summary>oneshot: it runs once, and has succeeded when it has ended as expected.</summary>
    public bool OneShot { get; init; }

    /// <summary>The program's own variables, in order; `[supervisord] environment` is not merged in here.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; }

    /// <summary>environment_file: read at each start, in this order; a later one wins, and <see cref="Environment"/> over them.</summary>
    public IReadOnlyList<EnvironmentFile> EnvironmentFiles { get; init; } = [];

    /// <summary>user_env: HOME, USER, LOGNAME and SHELL are those of the user it runs as.</summary>
    public bool UserEnv { get; init; }

    /// <summary>serverurl: null for unset or AUTO.</summary>
    public string? ServerUrl { get; init; }

    /// <summary>The socket that becomes stdin: an fcgi-program's, also one's in a `[group:x]`, which then has none of its own.</summary>
    public FastCgiSocketConfig? Socket { get; init; }

    public required OutputConfig Output { get; init; }
}

/// <summary>A user to become. The name is null for a bare numeric uid without a passwd entry.</summary>
/// <param name="HasOwnGroup">The group was written, `user:group`: then it is the only one (as `docker run --user` has it).</param>
internal sealed record UserIdentity(string? Name, uint Uid, uint Gid, bool HasOwnGroup = false);

/// <summary>How lines reach our own stdout and stderr: our own keys, see docs/extensions.md.</summary>
internal sealed record OutputConfig
{
    /// <summary>null: not said, so plain, or prefixed in container mode for a program without a log file.</summary>
    public LogFormat? Format { get; init; }

    /// <summary>log_prefix: the text before each prefixed line; null is the process's name.</summary>
    public string? Prefix { get; init; }

    public required bool Timestamps { get; init; }
    public required LogBacklog Backlog { get; init; }

    /// <summary>log_ring: bytes of last output kept in memory.</summary>
    public required int RingBytes { get; init; }
}

internal enum LogFormat
{
    Plain,
    Prefixed,
    Json,
}

internal enum LogBacklog
{
    Block,
    Drop,
}

internal enum GroupKind
{
    /// <summary>The group that a program makes of itself, or a `[group:x]`.</summary>
    Programs,
    FastCgi,
    EventListeners,
}

internal sealed record GroupConfig
{
    public required string Name { get; init; }
    public required int Priority { get; init; }
    public required GroupKind Kind { get; init; }

    /// <summary>In stored order: `programs=` order for a `[group:x]`, priority then name for one program's (L-018).</summary>
    public required IReadOnlyList<ProcessConfig> Processes { get; init; }

    public EventListenerConfig? EventListener { get; init; }
    public FastCgiSocketConfig? Socket { get; init; }
}

internal sealed record EventListenerConfig(int BufferSize, IReadOnlyList<EventType> Events, string ResultHandler);

internal sealed record FastCgiSocketConfig
{
    /// <summary>The section it stands in, for messages.</summary>
    public required string Section { get; init; }

    /// <summary>As written: `unix:///path` or `tcp://host:port`.</summary>
    public required string Url { get; init; }
    public string? Path { get; init; }
    public string? Host { get; init; }
    public int Port { get; init; }
    public int? Backlog { get; init; }
    public UserIdentity? Owner { get; init; }
    public int? Mode { get; init; }
}

internal sealed record HttpServerConfig
{
    /// <summary>The whole section name, `unix_http_server` or `inet_http_server:two`.</summary>
    public required string Section { get; init; }

    /// <summary>The absolute socket path of a unix server.</summary>
    public string? Path { get; init; }
    public int Chmod { get; init; }

    /// <summary>uid and gid, -1 to leave as they are.</summary>
    public int ChownUid { get; init; } = -1;
    public int ChownGid { get; init; } = -1;

    /// <summary>The host of an inet server, empty for all interfaces.</summary>
    public string? Host { get; init; }
    public int Port { get; init; }

    public string? Username { get; init; }
    public string? Password { get; init; }
}

/// <summary>A `[rpcinterface:x]` section: its namespace, factory, and other keys.</summary>
internal sealed record RpcInterfaceConfig(string Name, string Factory, IReadOnlyList<KeyValuePair<string, string>> Options);

/// <summary>Supervisor's log levels; its numbers (L-120).</summary>
internal enum LogLevel
{
    Blather = 3,
    Trace = 5,
    Debug = 10,
    Info = 20,
    Warn = 30,
    Error = 40,
    Critical = 50,
}

/// <summary>[supervisord], defaults filled in, the command line's values already on top (C-031).</summary>
internal sealed record SupervisordConfig
{
    /// <summary>`syslog`, or a path made absolute; null only in container mode, when the configuration names none.</summary>
    public string? Logfile { get; init; }
    public required long LogfileMaxBytes { get; init; }
    public required int LogfileBackups { get; init; }
    public required LogLevel LogLevel { get; init; }

    /// <summary>An absolute path; null only in container mode, when the configuration names none.</summary>
    public string? Pidfile { get; init; }
    public required int Umask { get; init; }
    public required bool NoDaemon { get; init; }
    public required bool Silent { get; init; }
    public required int MinFds { get; init; }
    public required int MinProcs { get; init; }
    public required bool NoCleanup { get; init; }
    public required bool StripAnsi { get; init; }
    public required string ChildLogDir { get; init; }
    public UserIdentity? User { get; init; }
    public string? Directory { get; init; }
    public required IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; }
    public required string Identifier { get; init; }

    /// <summary>exit_when_done: we end when no program runs any more.</summary>
    public bool ExitWhenDone { get; init; }

    /// <summary>stop_budget: seconds for the whole stop; null for Supervisor's serial order.</summary>
    public int? StopBudget { get; init; }

    /// <summary>What programs have where they say nothing themselves.</summary>
    public ExitOn ExitOn { get; init; }
    public required OutputConfig Output { get; init; }
}

/// <summary>What the command line says; null where it is silent. These beat the file always, also after a reread (C-031).</summary>
internal sealed record CommandLineValues
{
    public bool? NoDaemon { get; init; }
    public bool? Silent { get; init; }
    public string? User { get; init; }
    public int? Umask { get; init; }
    public string? Directory { get; init; }
    public string? Logfile { get; init; }
    public long? LogfileMaxBytes { get; init; }
    public int? LogfileBackups { get; init; }
    public LogLevel? LogLevel { get; init; }
    public string? Pidfile { get; init; }
    public string? Identifier { get; init; }
    public string? ChildLogDir { get; init; }
    public bool? NoCleanup { get; init; }
    public int? MinFds { get; init; }
    public int? MinProcs { get; init; }
    public bool? StripAnsi { get; init; }
}

/// <summary>A bad configuration: its message is what a usage error prints after `Error: ` (exit status 2).</summary>
internal sealed class ConfigException(string message) : Exception(message)
{
    /// <summary>The section it is written in, where it is another than the one that is read.</summary>
    public string? Section { get; init; }

    /// <summary>The option it speaks of, where it is known; the message keeps Supervisor's form and does not say it.</summary>
    public SourceLocation? Location { get; init; }
}
