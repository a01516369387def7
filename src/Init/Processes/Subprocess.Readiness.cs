using Init.Config;
using Init.States;

namespace Init.Processes;

/// <summary>Whether the run is ready, and whether it hangs.</summary>
internal sealed partial class Subprocess
{
    private ReadyWatch? _readiness;

    /// <summary>It runs, and does not do what it should.</summary>
    internal void TellHung(string reason)
    {
        if (_status.State == ProcessState.Running)
            _context.Reports.Hung?.Invoke(this, reason);
    }

    internal void Log(LogLevel level, string message) => _context.Outlets.Activity.Log(level, message);

    private void PrepareReadiness(ChildEnvironment environment)
    {
        ForgetReadiness();
        _readiness = ReadyWatch.Of(this, _context.Prober, _context.Outlets.Loop);
        _readiness?.Prepare(environment);
    }

    private void ForgetReadiness()
    {
        _readiness?.Dispose();
        _readiness = null;
        StatusText = null;
    }
}
