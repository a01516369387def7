namespace Init.States;

/// <summary>The daemon's own state, with Supervisor's codes (L-003).</summary>
internal enum SupervisorState
{
    Shutdown = -1,
    Restarting = 0,
    Running = 1,
    Fatal = 2,
}
