using Init.Config;
using Init.States;

namespace Init.Supervision;

/// <summary>forward_signals: what a signal means in the place of its own meaning.</summary>
internal sealed partial class Supervisor
{
    private GroupUpdate? _update;

    /// <returns>Whether it is forwarded, so that it means nothing else.</returns>
    private bool Forward(int signal, string name)
    {
        var isForwarded = false;
        foreach (var forward in _configured.ForwardSignals)
            if (forward.Signal == signal)
            {
                isForwarded = true;
                Carry(forward, name);
            }
        return isForwarded;
    }

    private void Carry(SignalForward forward, string name)
    {
        switch (forward.Action)
        {
            case ForwardAction.Signal:
                Send(forward, name);
                break;
            case ForwardAction.Reopen:
                _activity.Log(LogLevel.Info, $"received {name} indicating log reopen request");
                ReopenLogs();
                break;
            case ForwardAction.Shutdown:
                _activity.Log(LogLevel.Warn, $"received {name} indicating exit request");
                Stop(SupervisorState.Shutdown);
                break;
            case ForwardAction.Update when _stopping is not null:
                _activity.Log(LogLevel.Warn, $"ignored {name} indicating update request (shutdown in progress)");
                break;
            case ForwardAction.Update:
                _activity.Log(LogLevel.Info, $"received {name} indicating update request");
                _update ??= new GroupUpdate(this);
                _update.Request();
                break;
        }
    }

    /// <summary>To each process alone, and not to its process group.</summary>
    private void Send(SignalForward forward, string name)
    {
        var isSent = false;
        foreach (var process in Groups.ByPriority)
            if (forward.Means(process.Group, process.Config) && process.Status.State.IsSignallable() && process.Status.Pid != 0)
            {
                isSent = true;
                _activity.Log(LogLevel.Info, $"received {name}, which is forwarded to {process.Namespec} (pid {process.Status.Pid})");
                process.Signal(forward.Signal);
            }
        if (!isSent)
            _activity.Log(LogLevel.Info, $"received {name}, which is forwarded to {forward.Target}, but nothing of that name runs");
    }

    private void AdvanceUpdate()
    {
        if (_update is not { } update || (!SomethingChanged && !update.IsNew))
            return;
        _update = null; // should it fail by a defect of ours, it is not tried again and again
        if (!update.Advance())
            _update = update;
    }
}
