using System.Globalization;
using Init.Config;
using Init.Os;
using Init.States;
using Init.XmlRpc;

namespace Init.Ctl;

/// <summary>`status` and `pid`.</summary>
internal static class StatusActions
{
    private const int MinimumNameWidth = 30;
    private const string Json = "--json";
    private const string Watch = "--watch";

    /// <summary>T-038 to T-043.</summary>
    internal static void Status(Session session, string argument)
    {
        if (!session.IsUp())
        {
            session.ExitStatus = ExitCode.StatusUnknown;
            return;
        }
        var names = PythonText.Words(argument);
        var isJson = names.RemoveAll(name => name == Json) > 0;
        var watches = names.RemoveAll(name => name == Watch) > 0;
        var shown = List(isQuiet: isJson);
        if (watches && shown.Count > 0)
        {
            new WatchAction(session, () => List(isQuiet: true), isJson).Run();
            return;
        }
        if (isJson)
            session.Say(JsonStatus.Of(shown));
        else
            foreach (var line in Lines(shown))
                session.Say(line);
        foreach (var process in shown)
            if (((ProcessState)process.Number("state")).IsStopped())
                session.ExitStatus = ExitCode.StatusNotRunning;

        IReadOnlyList<XmlRpcValue> List(bool isQuiet)
        {
            var all = session.Call("supervisor.getAllProcessInfo").Items();
            return names.Count == 0 || names.Contains("all") ? all : Chosen(session, all, NamePatterns.Expand(session, names), isQuiet);
        }
    }

    internal static void Pid(Session session, string argument)
    {
        if (!session.IsUp()) return;
        var names = PythonText.Words(argument);
        if (names.Count == 0)
            session.Say(Text(session.Call("supervisor.getPID").Number()));
        else if (names.Contains("all"))
            foreach (var process in session.Call("supervisor.getAllProcessInfo").Items())
                session.Say(Text(process.Number("pid")));
        else
            foreach (var name in NamePatterns.Expand(session, names))
                PidOf(session, name);
    }

    private static void PidOf(Session session, string name)
    {
        try
        {
            var pid = session.Call("supervisor.getProcessInfo", name).Number("pid");
            session.Say(Text(pid));
            if (pid == 0)
                session.ExitStatus = ExitCode.NotRunning;
        }
        catch (RpcFault e) when (e.Code == FaultCode.BadName)
        {
            session.Fail($"No such process {name}");
        }
    }

    /// <param name="isQuiet">Then only the exit status tells of a name that is nobody's.</param>
    private static List<XmlRpcValue> Chosen(Session session, IReadOnlyList<XmlRpcValue> all, List<string> names, bool isQuiet)
    {
        var chosen = new List<XmlRpcValue>();
        foreach (var name in names)
        {
            var (group, process) = Namespec.Parse(name);
            var before = chosen.Count;
            foreach (var candidate in all)
                if (candidate.Text("group") == group && (process is null || candidate.Text("name") == process))
                    chosen.Add(candidate);
            if (chosen.Count == before && isQuiet)
                session.ExitStatus = ExitCode.StatusUnknown;
            else if (chosen.Count == before)
                session.Fail(process is null ? $"{group}: ERROR (no such group)" : $"{name}: ERROR (no such process)", ExitCode.StatusUnknown);
        }
        return chosen;
    }

    /// <param name="describe">Other words than the daemon's.</param>
    internal static IEnumerable<string> Lines(IReadOnlyList<XmlRpcValue> processes, Func<XmlRpcValue, string>? describe = null)
    {
        var names = new string[processes.Count];
        var width = MinimumNameWidth;
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = VisibleText.OneLine(processes[i].Namespec().ToString());
            width = Math.Max(width, Length(names[i]));
        }
        for (var i = 0; i < names.Length; i++)
            yield return Pad(names[i], width + 3) + Pad(processes[i].Text("statename"), 10) + VisibleText.OneLine(describe?.Invoke(processes[i]) ?? processes[i].Text("description"));
    }

    // Python counts characters, not UTF-16 units.
    private static int Length(string text)
    {
        var length = text.Length;
        foreach (var c in text)
            if (char.IsLowSurrogate(c)) length--;
        return length;
    }

    private static string Pad(string text, int width) => text + new string(' ', Math.Max(0, width - Length(text)));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
