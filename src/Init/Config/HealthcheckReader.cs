namespace Init.Config;

/// <summary>Our own keys about a program's health. Those that go with healthcheck are read without it too, to tell what is wrong with them.</summary>
internal static class HealthcheckReader
{
    private const int MostSeconds = int.MaxValue / 1000;

    internal static HealthcheckConfig? Read(SectionReader reader, PathValues paths)
    {
        var probe = ProbeReader.Probe(reader, "healthcheck", paths);
        var interval = reader.ReadOwn("healthcheck_interval", 30, text => Values.InRange(text, 1, MostSeconds));
        var timeout = reader.ReadOwn("healthcheck_timeout", 5, text => Values.InRange(text, 1, MostSeconds));
        var retries = reader.ReadOwn("healthcheck_retries", 3, text => Values.InRange(text, 1, int.MaxValue));
        var startPeriod = reader.ReadOwn("healthcheck_start_period", 0, text => Values.InRange(text, 0, MostSeconds));
        var onUnhealthy = reader.ReadOwn("on_unhealthy", OnUnhealthy.Restart, text => OwnKeys.OneOf(text,
            ("restart", OnUnhealthy.Restart), ("stop", OnUnhealthy.Stop), ("exit", OnUnhealthy.Exit), ("none", OnUnhealthy.None)));
        return probe is null ? null : new(probe, interval, timeout, retries, startPeriod, onUnhealthy);
    }
}
