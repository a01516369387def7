using Init.Config;
using Init.Events;
using Init.Os;
using Init.Processes;
using Init.States;

namespace Init.Supervision;

/// <summary>The end of everything: by request, or because of how programs have ended.</summary>
internal sealed partial class Supervisor
{
    private StopSequence? _stopping;
    private bool _hasEnded;

    /// <summary>Of the stop under way, if it has one.</summary>
    internal StopBudget? Budget { get; private set; }

    /// <summary>Why <see cref="Run"/> has returned, if nobody has asked for it.</summary>
    internal Ending? Ended { get; private set; }

    /// <summary>Draws the conclusions of the states that have been entered, exit_on's too, but not of what ends because we end it.</summary>
    private void ConsiderStates()
    {
        while (Reports.Entered.TryDequeue(out var entered))
        {
            _upkeep.Entered(entered.Process, entered.State);
            _health.Entered(entered.Process, entered.State);
            // A stop by hand may be half of a restart or an update; a listener is there for others.
            _hasEnded |= entered.Process.Listener is null && (entered.State is ProcessState.Exited or ProcessState.Fatal
                || entered is { State: ProcessState.Stopped, Process.StoppedFor: not null });
            if (_stopping is null && Ending.Of(entered.Process.Config, entered.Process.Namespec, entered.State, entered.Then) is { } ending)
                End(ending);
        }
    }

    /// <summary>exit_when_done, once it is known who starts after those that have ended.</summary>
    private void ConsiderDone()
    {
        if (_stopping is null && _configured.ExitWhenDone && _hasEnded
            && Ending.WhenDone(Groups.All.Where(group => group.Pool is null).SelectMany(group => group.Processes), Dependencies.WaitsForSomebody) is { } done)
            End(done);
        // An end is asked about again while what a program has left behind takes its time.
        _hasEnded = _hasEnded && _configured.ExitWhenDone
            && Groups.All.Any(group => group.Processes.Any(process => process.IsStopped && (process.Leftover is not null || process.WaitsForLeftover)));
    }

    private void End(Ending ending)
    {
        _activity.Log(ending.Status == 0 ? LogLevel.Info : LogLevel.Warn, $"stopping everything: {ending.Reason}");
        Ended = ending;
        Stop(SupervisorState.Shutdown);
    }

    /// <summary>A second request finds the stop under way and goes on with it; a shutdown overrules a restart (L-092).</summary>
    private void Stop(SupervisorState state)
    {
        State = state;
        if (state == SupervisorState.Shutdown)
            Next = null;
        Reports.Changes++;
        _health.End();
        if (_stopping is null)
        {
            _update = null;
            Events.Notify(EventType.SupervisorStateChangeStopping, "");
            _upkeep.End();
            _stopping = new StopSequence(Groups, PlanStop(), Budget);
            // Also of groups that are no more, which no step of the plan knows.
            foreach (var tree in Reports.Trees)
                tree.EndBy(Budget?.LastKill ?? TimeSpan.MaxValue);
        }
    }

    private void OnUnhealthy(Subprocess process, string reason)
    {
        switch (process.Config.Healthcheck!.OnUnhealthy)
        {
            case Config.OnUnhealthy.Restart:
                Dependencies.Restart(process, $"it is unhealthy: {reason}");
                break;
            case Config.OnUnhealthy.Stop:
                process.StoppedFor = process.HealthProblem;
                process.Handle(ProcessInput.StopFor($"because it is unhealthy: {reason}"));
                break;
            case Config.OnUnhealthy.Exit:
                End(Ending.OfUnhealthy(process.Namespec, reason));
                break;
        }
    }

    private IReadOnlyList<StopStep> PlanStop()
    {
        var now = Clock.Now;
        Budget = _configured.StopBudget is { } seconds ? new StopBudget(now + TimeSpan.FromSeconds(seconds)) : null;
        var plan = StopPlan.Of(Groups.All, Dependencies.NeedsOf, joins: Budget is not null);
        if (Budget is not null)
            SayPlan(Budget, plan, now);
        return plan;
    }

    private void SayPlan(StopBudget budget, IReadOnlyList<StopStep> plan, TimeSpan now)
    {
        List<StopStep> left = [.. plan.Where(step => !step.IsOver)];
        if (left.Count > 0)
            _activity.Log(LogLevel.Info, budget.Describe(left, now));
    }

    private bool IsDone()
    {
        if (_stopping is null)
            return false;
        if (_stopping.IsDone && Reports.Trees.Count == 0)
            return true;
        var level = LogLevel.Info;
        foreach (var line in _stopping.Report(Clock.Now))
        {
            _activity.Log(level, line);
            level = LogLevel.Blather;
        }
        return false;
    }
}
