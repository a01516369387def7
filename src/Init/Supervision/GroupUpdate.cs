using Init.Config;
using Init.Processes;

namespace Init.Supervision;

/// <summary>
/// `supervisorctl update` in the daemon: the configuration is read, groups that are no more in it are stopped and removed, those that differ
/// are stopped and made anew, then new ones come; one after the other, and nothing else is touched. It goes on as processes end.
/// </summary>
internal sealed class GroupUpdate(ISupervisor supervisor)
{
    private readonly Queue<Step> _steps = [];

    /// <summary>It is asked for, and has not begun: once more at the end of one that is under way.</summary>
    internal bool IsNew { get; private set; }

    internal void Request() => IsNew = true;

    /// <summary>Goes on as far as that needs no wait; true when all is done.</summary>
    internal bool Advance()
    {
        while (true)
        {
            if (_steps.Count == 0 && !IsNew)
                return true;
            if (_steps.Count == 0)
                Begin();
            if (_steps.TryPeek(out var step) && !Carry(step))
                return false;
            _steps.TryDequeue(out _);
        }
    }

    private void Begin()
    {
        IsNew = false;
        try
        {
            supervisor.Reread();
        }
        catch (ConfigException e)
        {
            supervisor.Activity.Log(LogLevel.Error, $"update refused, nothing is changed: {e.Message}");
            return;
        }
        var (running, read) = (supervisor.Groups, supervisor.Configuration.Groups);
        foreach (var group in running.Arrivals)
            if (!read.Any(next => next.Name == group.Config.Name))
                _steps.Enqueue(new Step(group.Config.Name, group, null));
        foreach (var next in read)
            if (running.Find(next.Name) is { } group && supervisor.HasChanged(group, next))
                _steps.Enqueue(new Step(next.Name, group, next));
        foreach (var next in read)
            if (running.Find(next.Name) is null)
                _steps.Enqueue(new Step(next.Name, null, next));
        if (_steps.Count == 0)
            supervisor.Activity.Log(LogLevel.Info, "No config updates to processes");
    }

    /// <returns>Whether it is over, and not waited for.</returns>
    private bool Carry(Step step)
    {
        // A client may have been faster.
        var isThere = step.Group is not null && supervisor.Groups.Find(step.Name) == step.Group;
        if (isThere)
        {
            var wanted = step.Group!.ByPriority.Where(process => process.IsWanted).ToList();
            var dependents = supervisor.Dependencies.DependentsAmong(wanted);
            foreach (var process in Dependencies.InOrder(wanted, process => dependents[process]))
                supervisor.Dependencies.Stop(process, "to be updated", dependents[process]);
            if (!step.Group.IsGone)
                return false;
            if (step.Group.Processes.Any(process => process.Status.Pid != 0))
            {
                supervisor.Activity.Log(LogLevel.Error, $"{step.Name}: has problems; not removing");
                return true;
            }
            supervisor.Remove(step.Group);
        }
        if (step.Next is null)
        {
            if (isThere)
                Say(step, "removed");
            return true;
        }
        if (supervisor.Groups.Find(step.Name) is not null)
            return true;
        try
        {
            supervisor.Add(step.Next);
            Say(step, isThere ? "updated" : "added");
        }
        catch (ConfigException e)
        {
            supervisor.Activity.Log(LogLevel.Error, $"{step.Name}: not added: {e.Message}");
        }
        return true;
    }

    private void Say(Step step, string what) => supervisor.Activity.Log(LogLevel.Info, $"{step.Name}: {what} process group");

    /// <param name="Group">To be stopped and removed.</param>
    /// <param name="Next">To be made.</param>
    private sealed record Step(string Name, ProcessGroup? Group, GroupConfig? Next);
}
