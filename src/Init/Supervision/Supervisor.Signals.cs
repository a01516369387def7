using Init.Config;
using Init.Os;
using Init.Processes;
using Init.States;

namespace Init.Supervision;

/// <summary>Signals to the daemon, the deaths of children among them.</summary>
internal sealed partial class Supervisor
{
    private void HandleSignals()
    {
        var received = _signals.Take();
        // Reaped before anything else of this turn, so that no pid we signal can be somebody else's already.
        if (received.Contains(Signals.SIGCHLD))
            Reap();
        foreach (var signal in received)
            try
            {
                Handle(signal);
            }
            catch (Exception e)
            {
                // Of one signal; a TERM behind it must still be heard.
                _activity.Log(LogLevel.Critical, $"unexpected exception while handling {Signals.NameOrOffset(signal)}: ", e);
            }
    }

    private void Reap()
    {
        try
        {
            while (Children.TryReap(out var pid, out var status, out var usage))
            {
                if (Reports.Pids.Remove(pid, out var child))
                {
                    child.Used(usage);
                    child.Reaped(status);
                }
                else
                {
                    _activity.Log(LogLevel.Info, $"reaped unknown pid {pid} ({status})");
                }
            }
        }
        finally
        {
            TreeEnd.LookWhereDue(Reports); // before a signal of this turn asks who is gone
        }
    }

    private void Handle(int signal)
    {
        var name = Signals.NameOrOffset(signal);
        if (Forward(signal, name))
            return;
        switch (signal)
        {
            case Signals.SIGCHLD:
                _activity.Log(LogLevel.Debug, "received SIGCHLD indicating a child quit");
                break;
            case Signals.SIGTERM or Signals.SIGINT or Signals.SIGQUIT:
                _activity.Log(LogLevel.Warn, $"received {name} indicating exit request");
                Stop(SupervisorState.Shutdown);
                break;
            case Signals.SIGHUP when State == SupervisorState.Shutdown:
                _activity.Log(LogLevel.Warn, "ignored SIGHUP indicating restart request (shutdown in progress)");
                break;
            case Signals.SIGHUP:
                _activity.Log(LogLevel.Warn, "received SIGHUP indicating restart request");
                RestartOrSay();
                break;
            case Signals.SIGUSR2:
                _activity.Log(LogLevel.Info, "received SIGUSR2 indicating log reopen request");
                ReopenLogs();
                break;
            default:
                SignalMask.GiveEffect(signal); // C-170: as if nobody waited for it
                break;
        }
    }

    /// <summary>A bad configuration costs nothing but a line in the log.</summary>
    private void RestartOrSay()
    {
        try
        {
            Restart();
        }
        catch (ConfigException e)
        {
            _activity.Log(LogLevel.Error, _stopping is null
                ? $"restart refused, the running configuration is kept: {e.Message}"
                : $"the restart under way goes on with the configuration read before: {e.Message}");
        }
    }

    private void ReopenLogs()
    {
        _activity.Log(LogLevel.Info, "supervisord logreopen");
        _activity.Reopen();
        foreach (var group in Groups.All)
            foreach (var process in group.Processes)
                process.ReopenLogs();
    }
}
