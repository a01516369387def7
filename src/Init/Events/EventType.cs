namespace Init.Events;

/// <summary>What kinds of events there are, each under a more general one: who subscribes to that has them all (E-001 to E-009).</summary>
internal sealed class EventType
{
    private static readonly Dictionary<string, EventType> _all = new(StringComparer.Ordinal);

    internal static readonly EventType Any = new("EVENT", null);

    internal static readonly EventType ProcessState = new("PROCESS_STATE", Any);
    internal static readonly EventType ProcessStateStopped = new("PROCESS_STATE_STOPPED", ProcessState);
    internal static readonly EventType ProcessStateExited = new("PROCESS_STATE_EXITED", ProcessState);
    internal static readonly EventType ProcessStateStarting = new("PROCESS_STATE_STARTING", ProcessState);
    internal static readonly EventType ProcessStateStopping = new("PROCESS_STATE_STOPPING", ProcessState);
    internal static readonly EventType ProcessStateBackoff = new("PROCESS_STATE_BACKOFF", ProcessState);
    internal static readonly EventType ProcessStateFatal = new("PROCESS_STATE_FATAL", ProcessState);
    internal static readonly EventType ProcessStateRunning = new("PROCESS_STATE_RUNNING", ProcessState);
    internal static readonly EventType ProcessStateUnknown = new("PROCESS_STATE_UNKNOWN", ProcessState);

    internal static readonly EventType ProcessCommunication = new("PROCESS_COMMUNICATION", Any);
    internal static readonly EventType ProcessCommunicationStdout = new("PROCESS_COMMUNICATION_STDOUT", ProcessCommunication);
    internal static readonly EventType ProcessCommunicationStderr = new("PROCESS_COMMUNICATION_STDERR", ProcessCommunication);

    internal static readonly EventType ProcessLog = new("PROCESS_LOG", Any);
    internal static readonly EventType ProcessLogStdout = new("PROCESS_LOG_STDOUT", ProcessLog);
    internal static readonly EventType ProcessLogStderr = new("PROCESS_LOG_STDERR", ProcessLog);

    internal static readonly EventType RemoteCommunication = new("REMOTE_COMMUNICATION", Any);

    internal static readonly EventType SupervisorStateChange = new("SUPERVISOR_STATE_CHANGE", Any);
    internal static readonly EventType SupervisorStateChangeRunning = new("SUPERVISOR_STATE_CHANGE_RUNNING", SupervisorStateChange);
    internal static readonly EventType SupervisorStateChangeStopping = new("SUPERVISOR_STATE_CHANGE_STOPPING", SupervisorStateChange);

    internal static readonly EventType Tick = new("TICK", Any);
    internal static readonly EventType Tick5 = new("TICK_5", Tick);
    internal static readonly EventType Tick60 = new("TICK_60", Tick);
    internal static readonly EventType Tick3600 = new("TICK_3600", Tick);

    internal static readonly EventType ProcessGroup = new("PROCESS_GROUP", Any);
    internal static readonly EventType ProcessGroupAdded = new("PROCESS_GROUP_ADDED", ProcessGroup);
    internal static readonly EventType ProcessGroupRemoved = new("PROCESS_GROUP_REMOVED", ProcessGroup);

    private readonly EventType? _parent;

    private EventType(string name, EventType? parent)
    {
        (Name, _parent) = (name, parent);
        _all.Add(name, this);
    }

    /// <summary>As in `events=` and in the header of an event.</summary>
    internal string Name { get; }

    internal static EventType? Find(string name) => _all.GetValueOrDefault(name);

    /// <summary>Whether it is that one or one of its kind.</summary>
    internal bool Is(EventType other)
    {
        for (var type = this; type is not null; type = type._parent)
            if (type == other)
                return true;
        return false;
    }

    public override string ToString() => Name;
}
