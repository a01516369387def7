using Init.Config;
using Init.Os;
using Init.Output;
using Init.Processes;

namespace Init.Supervision;

/// <summary>Makes groups, their processes and the logs of these from a configuration.</summary>
internal sealed class ProcessFactory(Outlets outlets, string? serverUrl)
{
    private readonly Dictionary<string, string> _inherited = ProcessEnvironment.ToDictionary();

    internal Reports Reports { get; } = new();

    internal Prober Prober { get; } = new(outlets.Loop);

    /// <exception cref="ConfigException">A log file cannot be made.</exception>
    internal ProcessGroup Create(GroupConfig group, Configuration configuration)
    {
        var environment = configuration.Supervisord.Environment;
        var context = new ProcessContext(outlets, _inherited, environment, serverUrl, Prober, Reports);
        // In container mode AUTO means our own stdout and stderr.
        var childLogs = outlets.ContainerMode ? null : new ChildLogDirectory(configuration.Supervisord);
        var pool = group.EventListener is { } listener
            ? new EventListenerPool(group.Name, listener, configuration.Supervisord.Identifier, outlets.Events, outlets.Activity)
            : null;
        var sockets = new SharedSockets(outlets.Activity);
        Subprocess[] processes = [.. group.Processes.Select(process => Create(process, group, context, childLogs, pool, sockets))];
        pool?.Serve(processes);
        return new(group, environment, processes, pool);
    }

    private static Subprocess Create(
        ProcessConfig process, GroupConfig group, ProcessContext context, ChildLogDirectory? childLogs, EventListenerPool? pool, SharedSockets sockets)
    {
        var listener = pool is null
            ? null
            : new Listener(process.Name, pool, context.Outlets.Activity, group.EventListener!.ResultHandler, context.Outlets.Stdout);
        return new(process, group.Name, Log(process.Stdout, "stdout", listener), process.RedirectStderr ? null : Log(process.Stderr, "stderr"), context,
            listener, sockets.Of(process));

        ProcessLog Log(StreamConfig stream, string name, IOutputReader? reader = null)
        {
            var autoPath = stream.Target == LogTarget.Auto ? childLogs?.Create(process.Name, name) : null;
            return new(process.Name, group.Name, name == "stdout", stream, process.Output, autoPath, context.Outlets, reader);
        }
    }
}
