using Init.Config;
using Init.Os;
using Init.States;

namespace Init.Processes;

/// <summary>Whether the run is ready, and whether it hangs.</summary>
internal sealed partial class Subprocess
{
    private ReadyWatch? _readiness;
    private string? _blindness; // why nobody looks for it

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

    /// <summary>
    /// It runs already, and to start it once more would be to have it twice. Of a run that cannot be watched nobody will hear that it is
    /// ready: that is for ready_timeout to decide.
    /// </summary>
    private void BeginReadiness(int pid)
    {
        try
        {
            _readiness?.Begin(pid);
        }
        catch (SyscallException e)
        {
            _blindness = $"it cannot be watched: {Errno.Text(e.Errno)}";
            Log(LogLevel.Critical, $"cannot watch whether {Config.Name} ({pid}) is ready: {e.Message}");
        }
    }

    /// <summary>Why it is not ready, where that is known.</summary>
    private string? ReadinessProblem => _blindness ?? _readiness?.Problem;

    private void ForgetReadiness()
    {
        _blindness = null;
        _readiness?.Dispose();
        _readiness = null;
        StatusText = null;
    }
}
