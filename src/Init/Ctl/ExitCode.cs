namespace Init.Ctl;

/// <summary>What supervisorctl exits with, after the LSB's codes for init scripts (T-035).</summary>
internal static class ExitCode
{
    internal const int Success = 0;
    internal const int Generic = 1;

    /// <summary>start without names or with an unknown group.</summary>
    internal const int InvalidArguments = 2;

    /// <summary>The daemon has no `supervisor` namespace.</summary>
    internal const int Unimplemented = 3;

    /// <summary>status: something shown is stopped.</summary>
    internal const int StatusNotRunning = 3;

    /// <summary>status: unknown names, or no daemon.</summary>
    internal const int StatusUnknown = 4;

    /// <summary>The connection was refused.</summary>
    internal const int Refused = 4;

    /// <summary>Another API version.</summary>
    internal const int NotInstalled = 5;

    /// <summary>A process that is not running, or no socket.</summary>
    internal const int NotRunning = 7;
}
