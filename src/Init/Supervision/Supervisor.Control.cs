using Init.Config;
using Init.Events;
using Init.Loop;
using Init.Output;
using Init.Processes;
using Init.Rpc;
using Init.States;

namespace Init.Supervision;

/// <summary>What may be asked of the supervisor while it runs.</summary>
internal sealed partial class Supervisor : ISupervisor
{
    private readonly Func<Configuration> _reread;
    private readonly ProcessFactory _factory;

    public EventLoop Loop => _loop;

    public ActivityLog Activity => _activity;

    public ProcessGroups Groups { get; }

    public Reports Reports => _factory.Reports;

    public EventBus Events => _outlets.Events;

    public Dependencies Dependencies { get; }

    public ChangeFeed Feed { get; } = new();

    public Configuration Configuration { get; private set; }

    /// <summary>Calls of clients, whose answers may have to wait for what happens.</summary>
    internal PendingCalls Calls { get; }

    public void Reread() => Configuration = Runnable(_reread());

    /// <summary>What is run of a configuration: of two groups of one name the first (C-229).</summary>
    internal static Configuration Runnable(Configuration configuration) => configuration with
    {
        Groups = [.. configuration.Groups.DistinctBy(group => group.Name)],
    };

    public bool HasChanged(ProcessGroup running, GroupConfig next) =>
        GroupComparison.Differ(running.Config, running.Environment, next, Configuration.Supervisord.Environment);

    public void Add(GroupConfig group)
    {
        var added = Create(group, Configuration, trySockets: true);
        Groups.Add(added);
        Reports.Changes++;
        Reports.ListChanges = Reports.Changes;
        StartAutomatically(added, "with its group (autostart)");
        if (MayStart)
            _upkeep.Came(added);
        Dependencies.Arrived(added);
    }

    public void Remove(ProcessGroup group)
    {
        foreach (var process in group.Processes)
            Dependencies.Forget(process);
        _upkeep.Gone(group);
        Groups.Remove(group);
        Events.Notify(EventType.ProcessGroupRemoved, GroupPayload(group.Config));
        Reports.Changes++;
        Reports.ListChanges = Reports.Changes;
    }

    /// <summary>All or none: a pool of a life that does not begin would hear of events in the next one.</summary>
    private ProcessGroups CreateGroups()
    {
        var created = new List<ProcessGroup>();
        try
        {
            foreach (var group in Configuration.Groups)
                created.Add(Create(group, Configuration));
            return new ProcessGroups(created);
        }
        catch
        {
            created.ForEach(group => group.Dispose());
            throw;
        }
    }

    /// <summary>A pool hears of its own group and of those after it (E-023).</summary>
    /// <param name="trySockets">At the start <see cref="TrySockets"/> does it for all.</param>
    private ProcessGroup Create(GroupConfig group, Configuration configuration, bool trySockets = false)
    {
        var created = _factory.Create(group, configuration);
        try
        {
            foreach (var socket in trySockets ? created.Sockets : [])
                socket.Try();
        }
        catch
        {
            created.Dispose();
            throw;
        }
        Events.Notify(EventType.ProcessGroupAdded, GroupPayload(group));
        return created;
    }

    private static string GroupPayload(GroupConfig group) => $"groupname:{group.Name}\n"; // E-022

    public void Shutdown() => Stop(SupervisorState.Shutdown);

    /// <summary>The new configuration is read and tried before anything is stopped (L-105 is not followed).</summary>
    public void Restart()
    {
        var next = _reread();
        RestartCheck.Try(next, _outlets.ContainerMode);
        Next = next;
        Stop(SupervisorState.Restarting);
    }

    /// <summary>
    /// Opens each socket of an fcgi-program once, so that an address that cannot be had is told before anything is started (E-061).
    /// What an end of before left behind may hold one a little longer; that is no reason to refuse a restart, the start is tried again.
    /// </summary>
    /// <param name="before">What ran in the life before.</param>
    /// <exception cref="ConfigException">A socket that did not exist before cannot be opened.</exception>
    internal void TrySockets(Configuration? before)
    {
        var had = (before?.Groups ?? []).SelectMany(group => group.Processes).Select(process => process.Socket?.Url).ToHashSet();
        foreach (var socket in Groups.All.SelectMany(group => group.Sockets))
            try
            {
                socket.Try();
            }
            catch (ConfigException e) when (had.Contains(socket.Url))
            {
                _activity.Log(LogLevel.Error, e.Message);
            }
    }

    private void OnHung(Subprocess process, string reason)
    {
        if (_stopping is not null)
            return; // its turn comes
        _activity.Log(LogLevel.Warn, $"restarting {process.Config.Name}: {reason}");
        Dependencies.Restart(process, reason);
    }

    private void StartAutomatically(ProcessGroup group, string reason)
    {
        foreach (var process in group.Processes)
            if (process.Config.AutoStart && !process.IsWanted)
                Dependencies.Start(process, reason);
    }
}
