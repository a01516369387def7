namespace Init.Integration.Harness;

/// <summary>Where the daemon runs.</summary>
public enum Place
{
    /// <summary>An ordinary process of this machine.</summary>
    Process,

    /// <summary>PID 1 of a pid namespace of its own, without an engine.</summary>
    Unshare,

    /// <summary>PID 1 of a real container.</summary>
    Container,
}

/// <summary>
/// What to start, and how. In texts and words, {dir} stands for the run's own folder, {fixtures} for the folder of test programs;
/// both have the same path inside a container.
/// </summary>
internal sealed record Launch
{
    public Implementation Implementation { get; init; }

    /// <summary>The name it is called under: init, supervisord.</summary>
    public string Program { get; init; } = "init";

    /// <summary>Another command than one of ours or Debian's.</summary>
    public string? Command { get; init; }

    public string? Config { get; init; }

    /// <summary>Words of the command line; by default -c and the configuration.</summary>
    public string[]? Arguments { get; init; }

    public Place Place { get; init; }

    public Streams Streams { get; init; }

    /// <summary>A command that starts the daemon, for an ordinary process and for unshare: prlimit, strace, sh -c '... exec "$@"'.</summary>
    public string[] Wrapper { get; init; } = [];

    public string[] EngineOptions { get; init; } = [];

    public string Image { get; init; } = Engine.Debian;

    /// <summary>In a container: nothing of ours is mounted, and the image's own command is run.</summary>
    public bool Bare { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>A folder that already holds the run's files, instead of a fresh one.</summary>
    public string? Folder { get; init; }
}
