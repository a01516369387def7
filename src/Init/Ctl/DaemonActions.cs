using Init.Os;
using Init.XmlRpc;

namespace Init.Ctl;

/// <summary>shutdown, reload and version (T-101 to T-107).</summary>
internal static class DaemonActions
{
    internal static void Shutdown(Session session, string argument)
    {
        if (!ControlAction.HasNone(session, "shutdown", argument)) return;
        if (session.IsInteractive && !session.Confirm("Really shut the remote supervisord process down y/N? ")) return;
        try
        {
            _ = session.Call("supervisor.shutdown");
            session.Say("Shut down");
        }
        catch (RpcFault e) when (e.Code == FaultCode.ShutdownState)
        {
            session.Say("ERROR: already shutting down"); // and the exit status stays (T-102)
        }
        catch (SyscallException e) when (e.Errno == Errno.ECONNREFUSED)
        {
            session.Fail($"ERROR: {session.Url.Text} refused connection (already shut down?)");
        }
        catch (SyscallException e) when (e.Errno == Errno.ENOENT)
        {
            session.Fail($"ERROR: {session.Url.Text} no such file (already shut down?)");
        }
    }

    internal static void Reload(Session session, string argument)
    {
        if (!ControlAction.HasNone(session, "reload", argument)) return;
        if (session.IsInteractive && !session.Confirm("Really restart the remote supervisord process y/N? ")) return;
        try
        {
            _ = session.Call("supervisor.restart");
            session.Say("Restarted supervisord");
        }
        catch (RpcFault e) when (e.Code == FaultCode.ShutdownState)
        {
            session.Fail("ERROR: already shutting down");
        }
    }

    internal static void Version(Session session, string argument)
    {
        if (ControlAction.HasNone(session, "version", argument) && session.IsUp())
            session.Say(session.Call("supervisor.getSupervisorVersion").Text());
    }
}
