namespace Init.Config;

/// <summary>What a signal may mean in the place of its own meaning.</summary>
internal enum ForwardAction
{
    /// <summary>It goes to programs.</summary>
    Signal,

    /// <summary>The configuration is read and applied, as `supervisorctl update` does it.</summary>
    Update,

    /// <summary>The log files are closed and opened.</summary>
    Reopen,

    Shutdown,
}

/// <summary>One item of forward_signals.</summary>
/// <param name="Target">A program, a group or a `group:process`; of another action than Signal its word.</param>
internal sealed record SignalForward(int Signal, ForwardAction Action, string Target)
{
    internal bool Means(string group, ProcessConfig process) => Dependency.IsNameOf(Target, group, process);
}
