using Init.Config;
using Init.XmlRpc;

namespace Init.Ctl;

/// <summary>start, stop, restart and signal: each a method for a process, one for a group and one for all, told line by line.</summary>
internal static class ProcessActions
{
    private static readonly Verb _start = new("start", "started", FaultCode.AlreadyStarted, ExitCode.InvalidArguments);
    private static readonly Verb _stop = new("stop", "stopped", FaultCode.NotRunning, ExitCode.Generic);
    private static readonly Verb _signal = new("signal", "signalled", null, ExitCode.Generic);

    /// <param name="Name">The action, and what its methods' names begin with.</param>
    /// <param name="Done">Of a process with which it went well.</param>
    /// <param name="Ignored">The fault that leaves the exit status alone (T-036).</param>
    /// <param name="NoSuchGroup">The exit status for an unknown group.</param>
    private sealed record Verb(string Name, string Done, FaultCode? Ignored, int NoSuchGroup);

    internal static void Start(Session session, string argument)
    {
        if (HasNames(session, _start, argument, ExitCode.InvalidArguments))
            Each(session, _start, PythonText.Words(argument), []);
    }

    internal static void Stop(Session session, string argument)
    {
        if (HasNames(session, _stop, argument, ExitCode.Generic))
            Each(session, _stop, PythonText.Words(argument), []);
    }

    /// <summary>All are stopped before the first is started (T-062).</summary>
    internal static void Restart(Session session, string argument)
    {
        if (!session.IsUp()) return;
        if (argument.Length == 0)
        {
            ControlAction.Refuse(session, "restart", "Error: restart requires a process name");
            return;
        }
        Each(session, _stop, PythonText.Words(argument), []);
        Each(session, _start, PythonText.Words(argument), []);
    }

    internal static void Signal(Session session, string argument)
    {
        if (!session.IsUp()) return;
        if (PythonText.Words(argument) is [var signal, .. { Count: > 0 } names])
            Each(session, _signal, names, [signal]);
        else
            ControlAction.Refuse(session, "signal", "Error: signal requires a signal name and a process name");
    }

    private static bool HasNames(Session session, Verb verb, string argument, int status)
    {
        if (!session.IsUp()) return false;
        if (argument.Length > 0) return true;
        ControlAction.Refuse(session, verb.Name, $"Error: {verb.Name} requires a process name", status);
        return false;
    }

    private static void Each(Session session, Verb verb, List<string> names, XmlRpcValue[] more)
    {
        if (names.Contains("all"))
            Tell(session, verb, session.Call($"supervisor.{verb.Name}AllProcesses", more));
        else
            foreach (var name in NamePatterns.Expand(session, names))
                if (Namespec.Parse(name) is { Process: null, Group: var group })
                    WithGroup(session, verb, group, more);
                else
                    WithProcess(session, verb, name, more);
    }

    private static void WithGroup(Session session, Verb verb, string group, XmlRpcValue[] more)
    {
        try
        {
            Tell(session, verb, session.Call($"supervisor.{verb.Name}ProcessGroup", [group, .. more]));
        }
        catch (RpcFault e) when (e.Code == FaultCode.BadName)
        {
            session.Fail($"{group}: ERROR (no such group)", verb.NoSuchGroup);
        }
    }

    private static void WithProcess(Session session, Verb verb, string name, XmlRpcValue[] more)
    {
        var (status, text) = (FaultCode.Success, "");
        try
        {
            _ = session.Call($"supervisor.{verb.Name}Process", [name, .. more]);
        }
        catch (RpcFault e)
        {
            (status, text) = (e.Code, e.Message);
        }
        Tell(session, verb, Namespec.Parse(name), status, text);
    }

    private static void Tell(Session session, Verb verb, XmlRpcValue results)
    {
        foreach (var result in results.Items())
            Tell(session, verb, result.Namespec(), (FaultCode)result.Number("status"), result.Text("description"));
    }

    private static void Tell(Session session, Verb verb, Namespec name, FaultCode status, string text)
    {
        session.Say(Line(verb, name, status, text) ?? throw new CallException("ValueError", $"Unknown result code {(int)status} for {name}"));
        if (StatusOf(status, verb.Ignored) is { } exitStatus)
            session.ExitStatus = exitStatus;
    }

    /// <summary>null for a code that the action does not know (T-054).</summary>
    private static string? Line(Verb verb, Namespec name, FaultCode status, string text) => (verb.Name, status) switch
    {
        (_, FaultCode.Success) => $"{name}: {verb.Done}",
        (_, FaultCode.BadName) => $"{name}: ERROR (no such process)",
        ("start", FaultCode.NoFile) => $"{name}: ERROR (no such file)",
        ("start", FaultCode.NotExecutable) => $"{name}: ERROR (file is not executable)",
        ("start", FaultCode.AlreadyStarted) => $"{name}: ERROR (already started)",
        ("start", FaultCode.SpawnError) => $"{name}: ERROR (spawn error)",
        ("start", FaultCode.AbnormalTermination) => $"{name}: ERROR (abnormal termination)",
        ("start", _) => null,
        (_, FaultCode.BadSignal) => $"{name}: ERROR (bad signal name)",
        (_, FaultCode.NotRunning) => $"{name}: ERROR (not running)",
        (_, FaultCode.Failed) => text,
        _ => null,
    };

    /// <summary>The exit status that a result asks for; null for none (T-036).</summary>
    internal static int? StatusOf(FaultCode code, FaultCode? ignored) => code switch
    {
        FaultCode.Success => null,
        _ when code == ignored => null,
        FaultCode.SpawnError or FaultCode.AbnormalTermination or FaultCode.NotRunning => ExitCode.NotRunning,
        _ => ExitCode.Generic,
    };
}
