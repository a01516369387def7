using Init.Config;
using Init.Os;
using Init.States;

namespace Init.Processes;

/// <summary>What was last said of a crash loop, and what has happened since.</summary>
/// <param name="Since">When that was; at first, when the first of these runs began.</param>
/// <param name="Ends">Ends since then.</param>
internal readonly record struct CrashReport(TimeSpan Since, int Ends, bool WasSaid);

/// <summary>
/// restart_backoff: a program that ends again and again is started after longer and longer waits, and from its fourth end in a row on the
/// log has a line about it once a minute in the place of those of each try. A run for as long as the longest wait is the end of that.
/// </summary>
internal static class CrashLoop
{
    private const int EndsUntilQuiet = 4;

    private static readonly TimeSpan _sayEvery = TimeSpan.FromMinutes(1);

    internal static bool IsIn(in ProcessStatus status) => status.Ends >= EndsUntilQuiet;

    /// <summary>The level of a line about one try.</summary>
    internal static LogLevel Level(LogLevel usual, in ProcessStatus status) => IsIn(status) ? LogLevel.Debug : usual;

    /// <summary>When a program that runs has run long enough; null when it is in no crash loop.</summary>
    internal static TimeSpan? IsOverAt(in ProcessStatus status, ProcessConfig config) =>
        IsIn(status) && config.RestartBackoff is { } backoff ? status.Started!.Value.Monotonic + backoff.Max : null;

    internal static ProcessStatus Leave(in ProcessStatus status, ProcessConfig config, Moment now, List<ProcessAction> actions)
    {
        if (!(IsOverAt(status, config) <= now.Monotonic))
            return status;
        var time = now.Monotonic - status.Started!.Value.Monotonic;
        actions.Add(new ProcessAction.Log(LogLevel.Info, FormattableString.Invariant(
            $"{config.Name} is out of its crash loop: it has been up for {time.TotalSeconds:0.#} s")));
        return status with { Ends = 0, Crashes = null };
    }

    /// <summary>Counts an end, or a start that came to nothing.</summary>
    internal static ProcessStatus Count(in ProcessStatus status, ProcessConfig config, Moment now, List<ProcessAction> actions)
    {
        if (config.RestartBackoff is not { } backoff)
            return status;
        var started = status.Started!.Value.Monotonic;
        var hasRun = status.State == ProcessState.Running && now.Monotonic - started >= backoff.Max;
        var before = !hasRun ? status : Leave(status, config, now, actions) with { Ends = 0, Crashes = null };
        var report = before.Crashes ?? new CrashReport(started, 0, WasSaid: false);
        return before with { Ends = before.Ends + 1, Crashes = report with { Ends = report.Ends + 1 } };
    }

    /// <summary>Says how the loop stands, if it is one and that was not said within a minute.</summary>
    internal static ProcessStatus Say(in ProcessStatus status, ProcessConfig config, Moment now, List<ProcessAction> actions)
    {
        if (!IsIn(status) || status.Crashes is not { } report || ProcessMachine.Deadline(status, config, mayRestart: true) is not { } next
            || !ProcessMachine.IsStart(status, config))
            return status; // it is not tried again
        var time = now.Monotonic - report.Since;
        if (report.WasSaid && time < _sayEvery)
            return status;
        var span = time <= _sayEvery ? "the last minute" : FormattableString.Invariant($"the last {time.TotalSeconds:0} s");
        var how = status.LastEnd is not { } end ? status.SpawnError : end.Signaled ? Signals.Name(end.TermSignal) : end.ToString();
        actions.Add(new ProcessAction.Log(LogLevel.Warn, FormattableString.Invariant(
            $"{config.Name} is in a crash loop: {report.Ends} ends in {span}, last by {how}; next try in {(next - now.Monotonic).TotalSeconds:0.#} s")));
        return status with { Crashes = new CrashReport(now.Monotonic, 0, WasSaid: true) };
    }
}
