using Init.Config;

namespace Init.Processes;

/// <summary>Whether the run is ready, and what the program says of itself.</summary>
internal sealed partial class Subprocess
{
    private ReadyWatch? _readiness;
    private string? _statusText;

    /// <summary>What it has said of itself in this run (STATUS=); null when it has said nothing.</summary>
    internal string? StatusText
    {
        get => _statusText;
        set
        {
            value = value is { Length: > 0 } ? value : null;
            if (_statusText == value)
                return;
            _statusText = value;
            Changed = ++_context.Reports.Changes;
        }
    }

    internal void Log(LogLevel level, string message) => _context.Outlets.Activity.Log(level, message);

    private void PrepareReadiness()
    {
        ForgetReadiness();
        _readiness = ReadyWatch.Of(this, _context.Prober, _context.Outlets.Loop);
    }

    private void ForgetReadiness()
    {
        _readiness?.Dispose();
        _readiness = null;
        StatusText = null;
    }
}
