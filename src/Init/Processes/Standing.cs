using Init.States;

namespace Init.Processes;

internal enum Standing
{
    /// <summary>It is as it should be: ready and healthy, finished, or not wanted.</summary>
    Fine,

    /// <summary>It should run and will, as far as one can tell.</summary>
    NotReady,

    /// <summary>It should run and does not, or is of no use.</summary>
    Failed,
}

/// <summary>Whether a process is as it should be. supervisorctl health, /healthz and /readyz all rest on this.</summary>
/// <param name="Problem">In a few words; empty when there is none.</param>
internal readonly record struct Verdict(Standing Standing, string Problem)
{
    private static readonly Verdict _fine = new(Standing.Fine, "");

    internal static Verdict Of(Subprocess process)
    {
        var status = process.Status;
        return status.State switch
        {
            _ when process.IsToRestart => new(Standing.NotReady, "restarting"),
            _ when process.WaitsFor is { } need => new(Standing.NotReady, $"waiting for {need}"),
            // Not by hand: then it would not be wanted.
            ProcessState.Stopped or ProcessState.Stopping when process.StoppedFor is { } reason => new(Standing.Failed, $"stopped: unhealthy: {reason}"),
            ProcessState.Stopping when status.FailedStart is { } reason => new(Standing.NotReady, $"BACKOFF {reason}"), // it is about to be that
            ProcessState.Stopped or ProcessState.Stopping => _fine,
            ProcessState.Starting => new(Standing.NotReady, Named("STARTING", process.Config.ReadyWhen is { } ready ? $"not ready yet ({ready})" : null)),
            ProcessState.Backoff => new(Standing.NotReady, Named("BACKOFF", status.SpawnError)),
            ProcessState.Running => OfRunning(process),
            ProcessState.Exited when process.Deadline(mayRestart: true) is not null => new(Standing.NotReady, "EXITED, about to be restarted"),
            ProcessState.Exited => ProcessMachine.IsExpected(status.Ended, process.Config)
                ? _fine
                : new(Standing.Failed, Named("EXITED", status.Ended?.ToString())),
            _ => new(Standing.Failed, Named(status.State.Name(), status.SpawnError)),
        };
    }

    /// <summary>The worst of all, as far as one has to look.</summary>
    internal static Standing OfAll(ReadOnlySpan<Subprocess> processes)
    {
        var worst = Standing.Fine;
        foreach (var process in processes)
            if (Of(process).Standing is var standing && standing > worst)
            {
                worst = standing;
                if (worst == Standing.Failed)
                    break;
            }
        return worst;
    }

    private static Verdict OfRunning(Subprocess process) => process.Health switch
    {
        Health.Unhealthy => new(Standing.Failed, $"unhealthy: {process.HealthProblem}"),
        Health.Starting => new(Standing.NotReady, $"not healthy yet: {process.HealthProblem ?? process.Config.Healthcheck?.Probe.ToString()}"),
        // As depends_on has it.
        _ when process.Config.OneShot => new(Standing.NotReady, "not completed yet"),
        _ => _fine,
    };

    private static string Named(string state, string? why) => string.IsNullOrEmpty(why) ? state : $"{state} {why}";
}
