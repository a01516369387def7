using Init.Config;
using Init.Output;
using Init.Processes;

namespace Init.Supervision;

/// <summary>Makes groups, their processes and the logs of these from the configuration.</summary>
/// <param name="childLogs">Where AUTO logs are made; null in container mode, where AUTO means our own stdout and stderr.</param>
internal sealed class ProcessFactory(ProcessContext context, ChildLogDirectory? childLogs)
{
    internal ProcessGroup Create(GroupConfig group) => new(group, [.. group.Processes.Select(process => Create(process, group.Name))]);

    private Subprocess Create(ProcessConfig process, string group) => new(
        process,
        group,
        Log(process, group, process.Stdout, "stdout"),
        process.RedirectStderr ? null : Log(process, group, process.Stderr, "stderr"),
        context);

    private ProcessLog Log(ProcessConfig process, string group, StreamConfig stream, string name)
    {
        var autoPath = stream.Target == LogTarget.Auto ? childLogs?.Create(process.Name, name) : null;
        return new ProcessLog(process.Name, group, name == "stdout", stream, process.Output, autoPath, context.Outlets);
    }
}
