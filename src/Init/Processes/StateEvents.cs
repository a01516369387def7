using Init.Events;
using Init.States;

namespace Init.Processes;

/// <summary>The events of processes' states (E-012 to E-016).</summary>
internal static class StateEvents
{
    internal static void Notify(this EventBus bus, string process, string group, ProcessAction.Tell told)
    {
        var type = TypeOf(told.To);
        if (bus.IsWanted(type))
            bus.Notify(type, $"processname:{process} groupname:{group} from_state:{told.From.Name()}{Extra(told)}");
    }

    private static string Extra(ProcessAction.Tell told) => told.To switch
    {
        ProcessState.Starting or ProcessState.Backoff => $" tries:{told.Tries}",
        ProcessState.Exited => $" expected:{(told.Expected ? 1 : 0)} pid:{told.Pid}",
        ProcessState.Running or ProcessState.Stopping or ProcessState.Stopped => $" pid:{told.Pid}",
        _ => "",
    };

    private static EventType TypeOf(ProcessState state) => state switch
    {
        ProcessState.Stopped => EventType.ProcessStateStopped,
        ProcessState.Starting => EventType.ProcessStateStarting,
        ProcessState.Running => EventType.ProcessStateRunning,
        ProcessState.Backoff => EventType.ProcessStateBackoff,
        ProcessState.Stopping => EventType.ProcessStateStopping,
        ProcessState.Exited => EventType.ProcessStateExited,
        ProcessState.Fatal => EventType.ProcessStateFatal,
        _ => EventType.ProcessStateUnknown,
    };
}
