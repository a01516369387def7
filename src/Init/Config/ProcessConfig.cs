namespace Init.Config;

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

/// <summary>restart_backoff: how long to wait before a program that has ended is started again.</summary>
internal sealed record RestartBackoff(TimeSpan Min, TimeSpan Max)
{
    /// <summary>The wait after so many ends in a row: it doubles each time. From nothing the next step is a second.</summary>
    internal TimeSpan After(int ends)
    {
        var wait = Min;
        for (var n = 1; n < ends && wait < Max; n++)
            wait = wait == TimeSpan.Zero ? TimeSpan.FromSeconds(1) : wait < Max / 2 ? 2 * wait : Max;
        return wait < Max ? wait : Max;
    }
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

    /// <summary>stop_tree: after its end its descendants are ended too, wherever they have gone.</summary>
    public bool StopTree { get; init; }

    /// <summary>stop_command: what is run in the place of the stop signal.</summary>
    public CommandText? StopCommand { get; init; }

    /// <summary>restart_backoff: the waits before restarts and retries; null for Supervisor's.</summary>
    public RestartBackoff? RestartBackoff { get; init; }
    public required bool KillAsGroup { get; init; }
    public required IReadOnlyList<int> ExitCodes { get; init; }
    public ExitOn ExitOn { get; init; }
    public required bool RedirectStderr { get; init; }

    /// <summary>What must hold before it is started.</summary>
    public IReadOnlyList<Dependency> DependsOn { get; init; } = [];

    /// <summary>oneshot: it runs once, and has succeeded when it has ended as expected.</summary>
    public bool OneShot { get; init; }

    /// <summary>ready_when: what it takes to be RUNNING, beside having been up for startsecs; null for nothing.</summary>
    public ReadyWhen? ReadyWhen { get; init; }

    /// <summary>ready_timeout: seconds from the start until that has to hold.</summary>
    public int ReadyTimeout { get; init; }

    public UpkeepConfig Upkeep { get; init; } = UpkeepConfig.None;

    /// <summary>healthcheck: how it is asked whether it is of use while it is RUNNING; null for not at all.</summary>
    public HealthcheckConfig? Healthcheck { get; init; }

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
