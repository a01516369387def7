using System.Globalization;
using System.Text;
using Init.Config;
using Init.Os;
using Init.Output;
using Init.Supervision;

namespace Init.Cli;

/// <summary>What a check says, for people (problems and plan apart) or as one JSON object.</summary>
/// <param name="plan">Null when the configuration does not load.</param>
/// <param name="strict">Warnings count as errors.</param>
internal sealed class CheckReport(string path, IReadOnlyList<Finding> findings, RunPlan? plan, bool strict, bool containerMode)
{
    /// <summary>How long `docker stop` waits before it kills.</summary>
    private const int DockerSeconds = 10;

    private const int Width = 120;

    internal bool IsOk => Count(Severity.Error) == 0 && !(strict && findings.Count > 0);

    /// <summary>`FILE:LINE: error: MESSAGE`, a line each.</summary>
    internal string Problems() => string.Concat(findings.Select(finding =>
        $"{finding.File}{(finding.Line > 0 ? $":{finding.Line}" : "")}: {(finding.Severity == Severity.Error ? "error" : "warning")}: {Text(finding)}\n"));

    /// <summary>Supervisor's own messages seldom say which key they are about.</summary>
    private static string Text(Finding finding)
    {
        var message = VisibleText.OneLine(finding.Message.ReplaceLineEndings(" ").TrimEnd());
        return finding.Key.Length == 0 || message.Contains(finding.Key, StringComparison.Ordinal) ? message : $"{finding.Key}: {message}";
    }

    internal string Plan()
    {
        if (plan is null)
            return "";
        var starts = new List<string>();
        for (var at = 0; at < plan.Start.Count;)
        {
            // Those of one group that wait for the same are one item.
            var (first, next) = (plan.Start[at], at + 1);
            while (next < plan.Start.Count && plan.Start[next].Group == first.Group && plan.Start[next].After == first.After)
                next++;
            var after = first.After.Length == 0 ? "" : $" (after {first.After})";
            starts.Add(string.Create(CultureInfo.InvariantCulture, $"{starts.Count + 1}. {RunPlan.Names([.. plan.Start.Skip(at).Take(next - at)])}{after}"));
            at = next;
        }
        return Wrapped("start: ", starts, "  ", "nothing") + (plan.Idle.Count == 0 ? "" : Wrapped("not started: ", [RunPlan.Names(plan.Idle)], ""))
            + Wrapped("stop: ", [.. plan.Stop.Select(step => StopBudget.Step(RunPlan.Names(step.Processes), step.Time))], ", then ", "nothing", AtWorst(plan));
    }

    private string AtWorst(RunPlan plan)
    {
        if (plan.StopBudget is { } budget)
            return string.Create(CultureInfo.InvariantCulture, $"; all within {budget} s (stop_budget)");
        var seconds = plan.Stop.Sum(step => step.Time.TotalSeconds);
        return seconds == 0 ? ""
            : string.Create(CultureInfo.InvariantCulture, $"; {seconds:0} s at worst")
                + (containerMode && seconds > DockerSeconds ? $", docker stop waits {DockerSeconds} s" : "");
    }

    private static string Wrapped(string title, List<string> items, string separator, string none = "", string end = "")
    {
        var text = new StringBuilder(title);
        var column = title.Length;
        for (var i = 0; i < items.Count; i++)
        {
            var item = items[i] + (i + 1 < items.Count ? separator : "");
            if (i > 0 && column + item.TrimEnd().Length > Width)
            {
                while (text[^1] == ' ')
                    text.Length--;
                text.Append('\n').Append(' ', title.Length);
                column = title.Length;
            }
            text.Append(item);
            column += item.Length;
        }
        return text.Append(items.Count == 0 ? none : end).Append('\n').ToString();
    }

    /// <summary>`supervisord.conf: 2 errors, 1 warning`</summary>
    internal string Summary() => findings.Count == 0 ? $"{path}: no errors, no warnings\n"
        : $"{path}: {Number(Count(Severity.Error), "error")}, {Number(Count(Severity.Warning), "warning")}\n";

    private int Count(Severity severity) => findings.Count(finding => finding.Severity == severity);

    private static string Number(int count, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{(count == 0 ? "no" : count)} {noun}{(count == 1 ? "" : "s")}");

    internal string Json() => string.Join("",
        "{\"file\": ", JsonText.Quote(path), ", \"ok\": ", IsOk ? "true" : "false",
        ",\n \"errors\": ", Array(findings.Where(finding => finding.Severity == Severity.Error).Select(Json)),
        ",\n \"warnings\": ", Array(findings.Where(finding => finding.Severity == Severity.Warning).Select(Json)),
        ",\n \"start\": ", Array((plan?.Start ?? []).Select(Json)),
        ",\n \"stop\": ", Array((plan?.Stop ?? []).Select(Json)),
        "}\n");

    private static string Json(Finding finding) => string.Create(CultureInfo.InvariantCulture,
        $"{{\"file\": {JsonText.Quote(finding.File)}, \"line\": {(finding.Line > 0 ? finding.Line : "null")}, \"section\": {OrNull(finding.Section)}, ")
        + $"\"key\": {OrNull(finding.Key)}, \"message\": {JsonText.Quote(finding.Message)}}}";

    private static string Json(PlannedProcess process) =>
        $"{{\"process\": {JsonText.Quote(process.Namespec)}, \"after\": {Words(process.Config.DependsOn.Select(dependency => dependency.ToString()))}}}";

    private static string Json(PlannedStop step) =>
        $"{{\"processes\": {Words(step.Processes.Select(process => process.Namespec))}, "
        + FormattableString.Invariant($"\"seconds\": {step.Time.TotalSeconds:0.#}, \"wants\": {step.Patience.TotalSeconds:0}}}");

    private static string OrNull(string text) => text.Length == 0 ? "null" : JsonText.Quote(text);

    private static string Array(IEnumerable<string> values) => $"[{string.Join(",\n  ", values)}]";

    private static string Words(IEnumerable<string> words) => $"[{string.Join(", ", words.Select(JsonText.Quote))}]";
}
