namespace Init.Processes;

/// <summary>What is known of the process beside its status. Whoever shows it is told of each change.</summary>
internal sealed partial class Subprocess
{
    private string? _waitsFor;
    private string? _statusText;
    private DateTimeOffset? _nextRun;
    private Health _health;

    /// <summary>It is stopped only to be started again.</summary>
    internal bool IsToRestart { get; set; }

    /// <summary>What its start waits for: `redis:ready`; null when none does.</summary>
    internal string? WaitsFor
    {
        get => _waitsFor;
        set
        {
            if (Set(ref _waitsFor, value) && value is not null && !IsToRestart)
                Remember(Cause.Waits, value);
        }
    }

    /// <summary>What it has said of itself in this run (STATUS=); null when it has said nothing.</summary>
    internal string? StatusText
    {
        get => _statusText;
        set => Set(ref _statusText, value is { Length: > 0 } ? value : null);
    }

    /// <summary>When its schedule starts it next; null without one.</summary>
    internal DateTimeOffset? NextRun
    {
        get => _nextRun;
        set => Set(ref _nextRun, value);
    }

    /// <summary>What its healthcheck says.</summary>
    internal Health Health
    {
        get => _health;
        set
        {
            if (Set(ref _health, value) && value is Health.Healthy or Health.Unhealthy)
                Remember(value == Health.Healthy ? Cause.Healthy : Cause.Unhealthy, HealthProblem);
        }
    }

    /// <summary>What its healthcheck was last told: `tcp:localhost:80: connection refused`; null when it passed.</summary>
    internal string? HealthProblem { get; set; }

    /// <summary>Why it was stopped although it should run: it was unhealthy; null otherwise.</summary>
    internal string? StoppedFor { get; set; }

    /// <summary>Whether that is news.</summary>
    private bool Set<T>(ref T field, T value)
    {
        if (EqualityComparer<T>.Default.Equals(field, value))
            return false;
        field = value;
        Changed = ++_context.Reports.Changes;
        return true;
    }
}
