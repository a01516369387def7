using System.Globalization;
using Init.Config;
using Init.Os;
using Init.States;
using Init.XmlRpc;

namespace Init.Ctl;

/// <summary>`why NAME...`, of ours: what has happened to a process last and why, what it used, and what it said on stderr.</summary>
internal static class WhyAction
{
    private const int Lines = 10;

    internal static void Run(Session session, string argument)
    {
        if (!session.IsUp()) return;
        var names = PythonText.Words(argument);
        if (names.Count == 0)
            ControlAction.Refuse(session, "why", "Error: why requires a process name");
        foreach (var name in names.Contains("all") ? All(session) : NamePatterns.Expand(session, names))
            if (!Tell(session, name))
                return;
    }

    private static List<string> All(Session session) =>
        [.. session.Call("supervisor.getAllProcessInfo").Items().Select(process => process.Namespec().ToString())];

    /// <summary>False when it makes no sense to ask for others.</summary>
    private static bool Tell(Session session, string name)
    {
        try
        {
            Show(session, session.Call("init.getProcessHistory", name));
        }
        catch (RpcFault e) when (e.Code == FaultCode.BadName)
        {
            session.Fail($"{name}: ERROR (no such process)");
        }
        catch (RpcFault e) when (e.Code == FaultCode.UnknownMethod)
        {
            session.Fail("ERROR: this server does not know why (it has no init.getProcessHistory, which is Init's own)");
            return false;
        }
        return true;
    }

    private static void Show(Session session, XmlRpcValue history)
    {
        var health = history.Text("health");
        session.Say(VisibleText.OneLine($"{history.Namespec()}: {history.Text("statename")}{With(", ", history.Text("description"))}{With(", ", health)}"));
        foreach (var change in history.Member("changes").Items())
            session.Say(VisibleText.OneLine($"  {Time(change.Number("time"))}  {change.Text("statename"),-8}  {change.Text("cause")}"));
        var (restarts, failed) = (history.Number("restarts"), history.Number("failed_starts"));
        if (restarts + failed > 0)
            session.Say(string.Create(CultureInfo.InvariantCulture, $"  restarts: {restarts}, failed starts: {failed}"));
        if (history.Find("last_run") is { } last)
            session.Say($"  last run: {Seconds(last, "user")} user, {Seconds(last, "system")} system, {Peak(last)} resident");
        if (history.Find("now") is { } now)
            session.Say(string.Create(CultureInfo.InvariantCulture,
                $"  now: {Processes(now.Number("processes"))}, {Bytes(now.Number("resident"))} resident, {Seconds(now, "cpu")} CPU"));
        ShowStderr(session, history);
    }

    /// <summary>Of one that has failed what it said then; the next run may have said more since.</summary>
    private static void ShowStderr(Session session, XmlRpcValue history)
    {
        if (history.Find("failed_at") is { } at)
            Show(session, history.Text("failed_stderr"), $"when it failed at {Time(at.Number())}");
        if (history.Find("failed_at") is null || (ProcessState)history.Number("state") == ProcessState.Running)
            Show(session, history.Text("stderr"), "now");
    }

    private static void Show(Session session, string text, string when)
    {
        var lines = text.TrimEnd('\n').Split('\n');
        if (text.TrimEnd('\n').Length == 0)
            return;
        session.Say($"  last lines of stderr, {when}:");
        foreach (var line in lines.TakeLast(Lines))
            session.Say($"  | {Plain(line)}");
    }

    /// <summary>What a program has said must not command the terminal.</summary>
    private static string Plain(string line) => PosixText.Harmless(line.TrimEnd('\r').Replace('\t', ' '), '\uFFFD');

    private static string With(string before, string text) => text.Length == 0 ? "" : before + text;

    private static string Time(long seconds) =>
        LocalClock.ToLocal(DateTimeOffset.FromUnixTimeSeconds(seconds)).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Seconds(XmlRpcValue usage, string name) =>
        usage.Member(name) is XmlRpcDouble(var seconds) ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0.00} s") : "";

    private static string Peak(XmlRpcValue usage) => (usage.IsTrue("resident_is_bound") ? "less than " : "at most ") + Bytes(usage.Number("resident"));

    private static string Processes(long count) => count == 1 ? "1 process" : string.Create(CultureInfo.InvariantCulture, $"{count} processes");

    private static string Bytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.0} MB");
}
