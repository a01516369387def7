using Init.Config;
using Init.States;
using Init.XmlRpc;

namespace Init.Ctl;

/// <summary>fg: a program's output here, and what is typed as its input (T-110 to T-113).</summary>
internal static class ForegroundAction
{
    private const string Exiting = "Exiting foreground";

    /// <summary>How long a daemon that looks once a second may take to pass on an answer.</summary>
    private static readonly TimeSpan _lastAnswer = TimeSpan.FromSeconds(1.2);

    internal static void Run(Session session, string argument)
    {
        if (!session.IsUp()) return;
        var names = PythonText.Words(argument);
        if (names.Count == 0)
            ControlAction.Refuse(session, "fg", "ERROR: no process name supplied");
        else if (names.Count > 1)
            session.Fail("ERROR: too many process names supplied");
        else if (IsThere(session, names[0]))
            Connect(session, names[0]);
    }

    private static bool IsThere(Session session, string name)
    {
        try
        {
            if (IsRunning(session, name)) return true;
            session.Fail("ERROR: process not running");
        }
        catch (RpcFault e) when (e.Code == FaultCode.BadName)
        {
            session.Fail("ERROR: bad process name supplied");
        }
        catch (RpcFault e)
        {
            session.Say("ERROR: " + CallException.FaultRepr(e));
        }
        return false;
    }

    private static void Connect(Session session, string name)
    {
        session.Say(FollowAction.Hint);
        session.Output.Flush();
        try
        {
            using var output = LogStream.Open(session, $"/logtail/{name}/stdout");
            using var error = LogStream.Open(session, $"/logtail/{name}/stderr");
            Converse(session, name, output, error);
            // What a script wrote has an answer, which it wants to see. Supervisor stays for half a minute.
            if (!LineInput.IsTerminal)
                Listen(session, output, error);
        }
        catch (InterruptedException e) when (!e.IsFatal)
        {
            // Ctrl-C is how one leaves.
        }
        session.Say(Exiting);
    }

    private static void Converse(Session session, string name, LogStream? output, LogStream? error)
    {
        while (true)
        {
            if (output is { HasBuffered: true })
                Copy(session, ref output);
            else if (error is { HasBuffered: true })
                Copy(session, ref error);
            else if (session.Input.HasLine)
            {
                if (!SendLine(session, name)) return;
            }
            else
                switch (session.Waiting.ForAny([output?.Descriptor ?? -1, error?.Descriptor ?? -1, 0]))
                {
                    case 0: Copy(session, ref output); break;
                    case 1: Copy(session, ref error); break;
                    default:
                        if (!SendLine(session, name)) return;
                        break;
                }
        }
    }

    private static void Listen(Session session, LogStream? output, LogStream? error)
    {
        while (output is not null || error is not null)
        {
            if (output is { HasBuffered: true })
                Copy(session, ref output);
            else if (error is { HasBuffered: true })
                Copy(session, ref error);
            else
                switch (session.Waiting.ForAny([output?.Descriptor ?? -1, error?.Descriptor ?? -1], _lastAnswer))
                {
                    case 0: Copy(session, ref output); break;
                    case 1: Copy(session, ref error); break;
                    default: return;
                }
        }
    }

    private static void Copy(Session session, ref LogStream? stream)
    {
        var bytes = stream!.Read();
        session.Output.Write(bytes);
        session.Output.Flush();
        if (bytes.IsEmpty)
            stream = null; // the caller's `using` closes it
    }

    /// <summary>false when the conversation is over.</summary>
    private static bool SendLine(Session session, string name)
    {
        if (session.Input.ReadLine() is not { } line) return false;
        try
        {
            _ = session.Call("supervisor.sendProcessStdin", name, line + "\n");
        }
        catch (RpcFault e)
        {
            session.Say(e.Code == FaultCode.NotRunning ? "Process got killed" : "ERROR: " + CallException.FaultRepr(e));
            return false;
        }
        if (IsRunning(session, name)) return true;
        session.Say("Process got killed");
        return false;
    }

    private static bool IsRunning(Session session, string name) =>
        session.Call("supervisor.getProcessInfo", name).Number("state") == (int)ProcessState.Running;
}
