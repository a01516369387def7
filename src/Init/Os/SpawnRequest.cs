namespace Init.Os;

internal enum SpawnGroup
{
    /// <summary>A process group of its own in our session, as Supervisor gives its programs.</summary>
    NewGroup,

    /// <summary>A session of its own.</summary>
    NewSession,

    /// <summary>Our own process group.</summary>
    Inherit,
}

/// <summary>The user and groups to become.</summary>
/// <param name="WithGroup">The groups are asked for too, not only a consequence of the user.</param>
internal sealed record Credentials(uint Uid, uint Gid, IReadOnlyList<uint> Groups, bool WithGroup = false);

/// <summary>A descriptor of ours that becomes one of a program's.</summary>
internal readonly record struct PassedDescriptor(int Ours, int Theirs);

/// <summary>Everything a start needs, said once.</summary>
internal sealed record SpawnRequest
{
    /// <summary>The file to execute, already looked up.</summary>
    public required string Path { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>`NAME=value`.</summary>
    public required IReadOnlyList<string> Environment { get; init; }

    public string? Directory { get; init; }

    public int Stdin { get; init; }
    public int Stdout { get; init; } = 1;
    public int Stderr { get; init; } = 2;

    public SpawnGroup Group { get; init; }
    public Credentials? Credentials { get; init; }
    public int? Umask { get; init; }
    public ChildLimits Limits { get; init; } = ChildLimits.None;

    /// <summary>Make stdin the controlling terminal of the new session.</summary>
    public bool ControllingTerminal { get; init; }

    /// <summary>Pass on the descriptors above 2 that were given to us; our own are close-on-exec.</summary>
    public bool PassDescriptors { get; init; }

    /// <summary>One more descriptor above 2.</summary>
    public PassedDescriptor? Passed { get; init; }

    /// <summary>
    /// How a failed exec is told. False: the child says it in Supervisor's words and exits 127. True: as a shell would, 127 for a
    /// command that is not there and 126 for one that cannot run, and a script without `#!` is given to /bin/sh.
    /// </summary>
    public bool AsShell { get; init; }
}
