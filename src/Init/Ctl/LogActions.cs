using System.Globalization;
using Init.Config;
using Init.XmlRpc;

namespace Init.Ctl;

/// <summary>clear, tail and maintail.</summary>
internal static class LogActions
{
    private const int DefaultBytes = 1600;

    /// <summary>Groups are not known here: `multi:*` is `multi:None` (T-068).</summary>
    internal static void Clear(Session session, string argument)
    {
        if (!session.IsUp()) return;
        var names = PythonText.Words(argument);
        if (names.Count == 0)
            ControlAction.Refuse(session, "clear", "Error: clear requires a process name");
        else if (names.Contains("all"))
            foreach (var result in session.Call("supervisor.clearAllProcessLogs").Items())
                TellCleared(session, result.Namespec(), (FaultCode)result.Number("status"));
        else
            foreach (var name in NamePatterns.Expand(session, names))
                TellCleared(session, Namespec.Parse(name), StatusOfClear(session, name));
    }

    /// <summary>T-070 to T-078.</summary>
    internal static void Tail(Session session, string argument)
    {
        if (!session.IsUp()) return;
        var words = PythonText.Words(argument);
        if (words.Count is 0 or > 3)
        {
            ControlAction.Refuse(session, "tail", words.Count == 0 ? "Error: too few arguments" : "Error: too many arguments");
            return;
        }
        var modifier = words[0].StartsWith('-') ? words[0] : null;
        if (modifier is not null)
            words.RemoveAt(0);
        if (words.Count == 0)
        {
            session.Fail("Error: tail requires process name");
            return;
        }
        var (name, channel) = (words[0], words.Count == 1 ? "stdout" : words[^1].ToLowerInvariant());
        if (channel is not ("stdout" or "stderr"))
            session.Fail($"Error: bad channel {PythonText.Repr(channel)}");
        else if (modifier == "-f")
            FollowAction.Run(session, $"/logtail/{name}/{channel}");
        else if (TryBytes(session, modifier, out var bytes))
            Show(session, name, "no such process name", channel == "stdout" ? "supervisor.readProcessStdoutLog" : "supervisor.readProcessStderrLog", [name, -bytes, 0]);
    }

    internal static void MainTail(Session session, string argument)
    {
        if (!session.IsUp()) return;
        var words = PythonText.Words(argument);
        if (words.Count > 1)
            ControlAction.Refuse(session, "maintail", "Error: too many arguments");
        else if (words is ["-f"])
            FollowAction.Run(session, "/mainlogtail");
        else if (TryBytes(session, words is [var word] ? word : null, out var bytes))
            Show(session, "supervisord", null, "supervisor.readLog", [-bytes, 0]);
    }

    /// <summary>`-N`: the last N bytes. `-0` is all there is, `--N` all from byte N on (T-071).</summary>
    private static bool TryBytes(Session session, string? modifier, out long bytes)
    {
        bytes = DefaultBytes;
        if (modifier is null) return true;
        if (modifier.StartsWith('-') && PythonText.TryInteger(modifier[1..], 10, out bytes, out _)) return true;
        session.Fail($"Error: bad argument {modifier}");
        return false;
    }

    private static void Show(Session session, string name, string? badName, string method, XmlRpcValue[] parameters)
    {
        try
        {
            session.Say(session.Call(method, parameters).Text());
        }
        catch (RpcFault e) when (e.Code is FaultCode.NoFile or FaultCode.Failed || (e.Code == FaultCode.BadName && badName is not null))
        {
            session.Fail(string.Create(CultureInfo.InvariantCulture, $"{name}: ERROR ({e.Code switch
            {
                FaultCode.NoFile => "no log file",
                FaultCode.Failed => "unknown error reading log",
                _ => badName,
            }})"));
        }
    }

    private static FaultCode StatusOfClear(Session session, string name)
    {
        try
        {
            _ = session.Call("supervisor.clearProcessLogs", name);
            return FaultCode.Success;
        }
        catch (RpcFault e)
        {
            return e.Code;
        }
    }

    private static void TellCleared(Session session, Namespec name, FaultCode status)
    {
        session.Say(status switch
        {
            FaultCode.Success => $"{name}: cleared",
            FaultCode.BadName => $"{name}: ERROR (no such process)",
            FaultCode.Failed => $"{name}: ERROR (failed)",
            _ => throw new CallException("ValueError", $"Unknown result code {(int)status} for {name}"),
        });
        if (ProcessActions.StatusOf(status, null) is { } exitStatus)
            session.ExitStatus = exitStatus;
    }
}
