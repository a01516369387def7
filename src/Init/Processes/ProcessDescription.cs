using System.Globalization;
using Init.Os;
using Init.States;

namespace Init.Processes;

/// <summary>The few words that say how a process is (R-038 to R-042).</summary>
internal static class ProcessDescription
{
    internal static string Of(Subprocess process, DateTimeOffset now) => process.WaitsFor is { } need ? $"waiting for {need}" : process.Status.State switch
    {
        ProcessState.Running => $"pid {process.Status.Pid}, uptime {Uptime(now.ToUnixTimeSeconds() - process.Status.Started!.Value.Wall.ToUnixTimeSeconds())}"
            + (process.StatusText is { } said ? $", {said}" : ""),
        ProcessState.Starting => process.StatusText ?? (process.Config.ReadyWhen is { } ready ? $"not ready yet ({ready})" : ""),
        ProcessState.Fatal or ProcessState.Backoff => process.Status.SpawnError is { Length: > 0 } reason
            ? reason
            : $"unknown error (try \"tail {process.Config.Name}\")",
        ProcessState.Stopped or ProcessState.Exited when process.NextRun is { } next => $"next run {Shown(next, now)}",
        ProcessState.Exited when process is { IsBetweenTries: true, Config.RestartBackoff: not null } => Wait(process.Deadline(mayRestart: true)!.Value - Clock.Now),
        ProcessState.Stopped or ProcessState.Exited => process.Status.Stopped is { } stopped && process.Status.Started is not null
            ? Shown(stopped)
            : "Not started",
        _ => "",
    };

    private static string Shown(DateTimeOffset time) => LocalClock.ToLocal(time).ToString("MMM dd hh:mm tt", CultureInfo.InvariantCulture);

    /// <summary>As short as it is clear: to the second where it is not on the minute, with the year where the day may be of another one.</summary>
    private static string Shown(DateTimeOffset next, DateTimeOffset now) => LocalClock.ToLocal(next).ToString(
        $"MMM dd{(next >= now.AddYears(1) ? " yyyy" : "")} hh:mm{(next.Ticks % TimeSpan.TicksPerMinute == 0 ? "" : ":ss")} tt", CultureInfo.InvariantCulture);

    private static string Wait(TimeSpan left) =>
        FormattableString.Invariant($"restarting in {Math.Max(0, Math.Ceiling(left.TotalSeconds))} s");

    /// <summary>`H:MM:SS`, with days in front from the first on (R-039). Between whole seconds, as a client would
    /// reckon it from `start` and `now`; a clock set back makes no negative time.</summary>
    internal static string Uptime(long seconds)
    {
        seconds = Math.Max(0, seconds);
        var days = seconds / 86400;
        var clock = string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600 % 24}:{seconds / 60 % 60:D2}:{seconds % 60:D2}");
        return days switch
        {
            0 => clock,
            1 => $"1 day, {clock}",
            _ => $"{days} days, {clock}",
        };
    }
}
