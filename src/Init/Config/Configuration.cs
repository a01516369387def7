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

    /// <summary>Of an inet server without a login: the names by which it may be asked besides its own; `*` for all.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];
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

    /// <summary>forward_signals: signals that mean something else than they mean to Supervisor.</summary>
    public IReadOnlyList<SignalForward> ForwardSignals { get; init; } = [];

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

    /// <summary>The name that no expansion knows, if that is what is wrong.</summary>
    public string? UnknownName { get; init; }

    /// <summary>The option it speaks of, where it is known; the message keeps Supervisor's form and does not say it.</summary>
    public SourceLocation? Location { get; init; }
}
