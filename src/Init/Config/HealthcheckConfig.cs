namespace Init.Config;

/// <summary>on_unhealthy: what becomes of a program that is unhealthy.</summary>
internal enum OnUnhealthy
{
    Restart,
    Stop,

    /// <summary>It is the end of everything.</summary>
    Exit,

    None,
}

/// <summary>healthcheck and the keys that go with it; times in seconds.</summary>
/// <param name="Interval">From the end of one question to the next.</param>
/// <param name="Retries">Failures in a row that make it unhealthy.</param>
/// <param name="StartPeriod">From RUNNING, for which failures do not count.</param>
internal sealed record HealthcheckConfig(Probe Probe, int Interval, int Timeout, int Retries, int StartPeriod, OnUnhealthy OnUnhealthy);
