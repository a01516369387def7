using Init.Os;
using Init.States;

namespace Init.Processes;

/// <summary>A moment on both clocks: deadlines are reckoned on the first, people see the second.</summary>
internal readonly record struct Moment(TimeSpan Monotonic, DateTimeOffset Wall)
{
    internal static Moment Now => new(Clock.Now, Clock.WallClock);
}

/// <summary>Everything the machine knows of one process between two inputs.</summary>
internal readonly record struct ProcessStatus
{
    public ProcessState State { get; init; }

    /// <summary>When <see cref="State"/> was entered, on the monotonic clock.</summary>
    public TimeSpan Since { get; init; }

    /// <summary>0 when there is no process.</summary>
    public int Pid { get; init; }

    /// <summary>The last start; null before the first (L-005).</summary>
    public Moment? Started { get; init; }

    /// <summary>When it was last reaped or given up.</summary>
    public DateTimeOffset? Stopped { get; init; }

    /// <summary>Failed starts in a row. Survives a stop in between; forgotten on RUNNING, EXITED and FATAL (L-056).</summary>
    public int Backoff { get; init; }

    /// <summary>Runs in a row that ended within a second although they had been RUNNING.</summary>
    public int QuickRuns { get; init; }

    /// <summary>With restart_backoff: ends in a row, each before it has run for the longest wait.</summary>
    public int Ends { get; init; }

    /// <summary>What was said of <see cref="Ends"/>; null while it is no crash loop.</summary>
    public CrashReport? Crashes { get; init; }
    /// <summary>What ready_when asks for holds.</summary>
    public bool IsReady { get; init; }

    /// <summary>In STARTING, with ready_when: until when it has to hold.</summary>
    public TimeSpan ReadyBy { get; init; }

    /// <summary>Why the run was a failed start although its process lived: in STOPPING until it is reaped, and in BACKOFF.</summary>
    public string? FailedStart { get; init; }

    /// <summary>In STOPPING: when SIGKILL is due.</summary>
    public TimeSpan KillAt { get; init; }

    /// <summary>In STOPPING: the time it has is ours to share out, and not the program's to extend.</summary>
    public bool IsLimited { get; init; }

    /// <summary>In STOPPING: stopsignal was sent, which stop_command may have made unnecessary.</summary>
    public bool IsSignalled { get; init; }

    /// <summary>In STOPPING: SIGKILL was sent.</summary>
    public bool IsKilled { get; init; }

    /// <summary>How the last run ended; null while none has, and after a start that was too quick (L-049).</summary>
    public WaitStatus? Ended { get; init; }

    /// <summary>How the last process ended, also after a start that was too quick; null when the last start made none.</summary>
    public WaitStatus? LastEnd { get; init; }

    /// <summary>What a shell's status would have been for a start that made no process: 127 for a command that is not there, 126 for one
    /// that cannot be run.</summary>
    public int SpawnStatus { get; init; }

    /// <summary>Why the last start or run failed, in Supervisor's words.</summary>
    public string? SpawnError { get; init; }
}
