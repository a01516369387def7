namespace Init.States;

/// <summary>A process's state, with Supervisor's codes (L-001).</summary>
internal enum ProcessState
{
    Stopped = 0,
    Starting = 10,
    Running = 20,
    Backoff = 30,
    Stopping = 40,
    Exited = 100,
    Fatal = 200,
    Unknown = 1000,
}

internal static class ProcessStates
{
    /// <summary>Nothing runs and nothing is awaited (L-002).</summary>
    internal static bool IsStopped(this ProcessState state) =>
        state is ProcessState.Stopped or ProcessState.Exited or ProcessState.Fatal or ProcessState.Unknown;

    /// <summary>Supervisor's running set: it runs, or will again by itself.</summary>
    internal static bool IsRunning(this ProcessState state) => state is ProcessState.Running or ProcessState.Backoff or ProcessState.Starting;

    /// <summary>There is a process to signal.</summary>
    internal static bool IsSignallable(this ProcessState state) => state is ProcessState.Running or ProcessState.Starting or ProcessState.Stopping;

    /// <summary>Supervisor's name of the state: `RUNNING`.</summary>
    internal static string Name(this ProcessState state) => state switch
    {
        ProcessState.Stopped => "STOPPED",
        ProcessState.Starting => "STARTING",
        ProcessState.Running => "RUNNING",
        ProcessState.Backoff => "BACKOFF",
        ProcessState.Stopping => "STOPPING",
        ProcessState.Exited => "EXITED",
        ProcessState.Fatal => "FATAL",
        _ => "UNKNOWN",
    };
}
