namespace Init.Os;

/// <summary>How a process ended, as waitpid tells it.</summary>
internal readonly record struct WaitStatus(int Raw)
{
    /// <summary>The signal that ended it, 0 when it exited.</summary>
    internal int TermSignal => Raw & 0x7F;

    internal bool Signaled => TermSignal != 0;

    internal bool CoreDumped => (Raw & 0x80) != 0;

    /// <summary>Its exit status; -1 stands for death by a signal (L-057).</summary>
    internal int ExitCode => Signaled ? -1 : (Raw >> 8) & 0xFF;

    /// <summary>What a shell says of it: the exit status, or 128 + signal.</summary>
    internal int ShellStatus => Signaled ? 128 + TermSignal : ExitCode;

    /// <summary>`exit status 3`, `terminated by SIGABRT (core dumped)`.</summary>
    public override string ToString() => Signaled
        ? $"terminated by {Signals.Name(TermSignal)}{(CoreDumped ? " (core dumped)" : "")}"
        : $"exit status {ExitCode}";

    internal static WaitStatus Exited(int code) => new(code << 8);

    internal static WaitStatus Killed(int signal) => new(signal);
}
