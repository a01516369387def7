using Init.Config;
using Init.Events;
using Init.Loop;
using Init.Output;
using Init.States;

namespace Init.Processes;

/// <summary>The daemon as those see it who ask things of it. All of this belongs to the loop thread.</summary>
internal interface ISupervisor
{
    SupervisorState State { get; }

    EventLoop Loop { get; }

    ActivityLog Activity { get; }

    ProcessGroups Groups { get; }

    Reports Reports { get; }

    EventBus Events { get; }

    ChangeFeed Feed { get; }

    /// <summary>As last read, which need not be what runs.</summary>
    Configuration Configuration { get; }

    Dependencies Dependencies { get; }

    /// <summary>Reads the configuration again; nothing of it is applied.</summary>
    /// <exception cref="ConfigException">It is bad; the one read before stays.</exception>
    void Reread();

    /// <summary>Whether a running group differs from its new configuration.</summary>
    bool HasChanged(ProcessGroup running, GroupConfig next);

    /// <summary>Makes a group of the last read configuration, and starts what starts by itself.</summary>
    /// <exception cref="ConfigException">It cannot be made.</exception>
    void Add(GroupConfig group);

    /// <summary>Forgets a group that is stopped.</summary>
    void Remove(ProcessGroup group);

    void Shutdown();

    /// <exception cref="ConfigException">The new configuration is bad; everything goes on.</exception>
    void Restart();
}
