namespace Init.Processes;

/// <summary>What the healthcheck of a process says of it.</summary>
internal enum Health
{
    /// <summary>It has none, or does not run.</summary>
    None,

    /// <summary>It has not passed yet.</summary>
    Starting,

    Healthy,

    /// <summary>It has failed as often in a row as healthcheck_retries says.</summary>
    Unhealthy,
}

internal static class HealthWords
{
    /// <summary>Empty for one that has no healthcheck, or does not run.</summary>
    internal static string Word(this Health health) => health switch
    {
        Health.Starting => "starting",
        Health.Healthy => "healthy",
        Health.Unhealthy => "unhealthy",
        _ => "",
    };
}
