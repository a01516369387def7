using Init.Config;
using Init.States;

namespace Init.Processes;

/// <summary>
/// Starts processes when what they depend on holds, and not before. One that has to wait stays in the state that it is in and says what
/// for; what it waits for is started too. When that cannot come to hold any more, it is given up with the reason.
/// </summary>
internal sealed partial class Dependencies(ProcessGroups groups)
{
    /// <summary>What one waits for that is to be started again.</summary>
    private const string ItsEnd = "restart";

    /// <summary>The reason of the start of one that was stopped only for that.</summary>
    private const string AfterItsEnd = "again after its end";

    private readonly List<Subprocess> _waiting = [];

    /// <summary>Those of which is known that they do not wait in vain; until the next change.</summary>
    private readonly HashSet<Subprocess> _hopeful = [];
    private readonly Dictionary<Dependency, Subprocess[]> _meant = [];
    private int _meantOf;

    /// <summary>Starts a process, now or as soon as it may.</summary>
    /// <param name="reason">For those who ask why: `by request`.</param>
    internal void Start(Subprocess process, string reason) => Start(process, reason, []);

    /// <param name="asked">Those whose start is under way already, so that a circle, which only a change under way can make, has an end.</param>
    /// <param name="isAgain">Nobody has asked for it, so that what somebody has stopped stays so.</param>
    private void Start(Subprocess process, string reason, HashSet<Subprocess> asked, bool isAgain = false)
    {
        if (!asked.Add(process) || process.IsToRestart)
            return;
        StartNeeds(process, asked, isAgain);
        if (MayStart(process))
            process.Handle(ProcessInput.StartFor(reason));
    }

    private void StartNeeds(Subprocess process, HashSet<Subprocess> asked, bool isAgain = false)
    {
        foreach (var dependency in process.Config.DependsOn)
            foreach (var need in Meant(dependency))
                if ((isAgain ? need.Status.State == ProcessState.Exited : need.IsStopped) && need.WaitsFor is null && !Holds(dependency, need))
                    Start(need, $"because {process.Namespec} depends on it", asked, isAgain);
    }

    /// <summary>Stops a process, and starts it again once it has ended; a stop by hand in between is its end.</summary>
    /// <param name="reason">For those who ask why: `it is unhealthy`.</param>
    internal void Restart(Subprocess process, string reason)
    {
        if (!process.Status.State.IsRunning())
            return;
        // It works without what it needs at the moment, but would not be started without it.
        StartNeeds(process, [process]);
        process.Handle(ProcessInput.StopFor($"to be restarted: {reason}"));
        process.IsToRestart = true;
        process.WaitsFor = ItsEnd;
        if (!_waiting.Contains(process))
            _waiting.Add(process);
    }

    /// <summary>Whether all that a process depends on holds. If not, it waits for it from now on.</summary>
    internal bool MayStart(Subprocess process)
    {
        if (Unmet(process) is not { } unmet)
        {
            Forget(process); // it may have waited until now
            return true;
        }
        process.WaitsFor = unmet;
        if (!_waiting.Contains(process))
            _waiting.Add(process);
        return false;
    }

    /// <summary>The same for a start that nobody has asked for. What it needs and has ended by itself is started too.</summary>
    internal bool MayStartAgain(Subprocess process)
    {
        if (MayStart(process))
            return true;
        StartNeeds(process, [process], isAgain: true);
        return false;
    }

    /// <summary>A start that waits is not wanted any more.</summary>
    internal void Forget(Subprocess process)
    {
        process.IsToRestart = false;
        process.WaitsFor = null;
        _waiting.Remove(process);
    }

    /// <summary>To be called when something has changed: what holds now lets others start, and what never will ends their waiting.</summary>
    internal void Advance()
    {
        _hopeful.Clear();
        AdvanceStops();
        // One that starts may be all that another has waited for.
        while (_waiting.RemoveAll(HasWaited) > 0)
        {
        }
    }

    /// <summary>Whether its waiting is over, in whatever way.</summary>
    private bool HasWaited(Subprocess process)
    {
        if (process.Status.State == ProcessState.Stopping)
            return false;
        var waitedFor = process.WaitsFor;
        var unmet = Unmet(process);
        var failure = unmet is null ? null : Failure(process);
        process.WaitsFor = failure is null ? unmet : null;
        if (process.WaitsFor is not null)
            return false;
        if (failure is null)
            process.StartAfterWait(process.IsToRestart ? AfterItsEnd : $"after it has waited for {waitedFor}");
        else
            process.Handle(ProcessInput.NeedFailed(failure));
        process.IsToRestart = false;
        return true;
    }

    /// <summary>A group has come: what others wait for in it is started. Of other groups nothing is, for somebody may have stopped it.</summary>
    internal void Arrived(ProcessGroup group)
    {
        foreach (var need in _waiting.SelectMany(NeedsOf).Where(group.Processes.Contains).Distinct().ToArray())
            if (!need.IsWanted)
                Start(need, "because others wait for it");
    }

    /// <summary>The same processes, those that others of them need before these.</summary>
    internal List<Subprocess> InOrder(IEnumerable<Subprocess> processes)
    {
        var given = processes.ToList();
        return InOrder(given, NeedsOf).FindAll(given.ToHashSet().Contains);
    }

    /// <summary>These and all that they need, in the order in which a start comes to them.</summary>
    internal static List<T> InOrder<T>(IEnumerable<T> processes, Func<T, IEnumerable<T>> needsOf)
    {
        var ordered = new List<T>();
        var seen = new HashSet<T>();
        foreach (var process in processes)
            Take(process);
        return ordered;

        void Take(T process)
        {
            if (!seen.Add(process))
                return;
            foreach (var need in needsOf(process))
                Take(need);
            ordered.Add(process);
        }
    }

    /// <summary>Nothing starts any more.</summary>
    internal void ForgetAll()
    {
        foreach (var process in _waiting)
            (process.IsToRestart, process.WaitsFor) = (false, null);
        _waiting.Clear();
        _toStop.Clear();
    }

    /// <summary>Those that must not be stopped before it.</summary>
    internal IEnumerable<Subprocess> NeedsOf(Subprocess process) => process.Config.DependsOn.SelectMany(Meant);

    /// <summary>Whom it names; looked up once, for it is asked for at every change.</summary>
    private Subprocess[] Meant(Dependency dependency)
    {
        if (_meantOf != groups.Version)
            _meant.Clear();
        _meantOf = groups.Version;
        if (!_meant.TryGetValue(dependency, out var meant))
            _meant[dependency] = meant =
                [.. groups.All.SelectMany(group => group.Processes).Where(process => dependency.Means(process.Group, process.Config))];
        return meant;
    }

    /// <summary>The first of its dependencies that does not hold, as the description says it.</summary>
    private string? Unmet(Subprocess process)
    {
        if (process.Leftover is { } leftover)
            return leftover;
        foreach (var dependency in process.Config.DependsOn)
        {
            var meant = Meant(dependency);
            // Removed meanwhile: there is nothing that could hold.
            if (meant.Length == 0 || !Array.TrueForAll(meant, need => Holds(dependency, need)))
                return dependency.ToString();
        }
        return null;
    }

    private static bool Holds(Dependency dependency, Subprocess need) => ConditionOf(dependency, need) switch
    {
        DependencyCondition.Started => need.Status.State is ProcessState.Starting or ProcessState.Running || HasCompleted(need),
        DependencyCondition.Ready => need.Status.State == ProcessState.Running,
        _ => HasCompleted(need),
    };

    /// <summary>A oneshot is of use to others when it is done, and not while it runs.</summary>
    private static DependencyCondition ConditionOf(Dependency dependency, Subprocess need) =>
        dependency.Condition == DependencyCondition.Ready && need.Config.OneShot ? DependencyCondition.Completed : dependency.Condition;

    private static bool HasCompleted(Subprocess need) =>
        need.Status.State == ProcessState.Exited && ProcessMachine.IsExpected(need.Status.Ended, need.Config);

    /// <summary>Whether nothing is on its way to what it waits for: somebody has stopped that.</summary>
    internal bool WaitsInVain(Subprocess process)
    {
        // Many who wait in one chain ask after each change; there is hope for all on the way to where there is.
        if (process.Leftover is not null || !_hopeful.Add(process))
            return false;
        // What was removed may come back, as in an update.
        if (!process.Config.DependsOn.Any(dependency => Array.Exists(Meant(dependency), need => !Holds(dependency, need) && IsInVain(need))))
            return false;
        _hopeful.Remove(process);
        return true;
    }

    private bool IsInVain(Subprocess need) => need is { IsStopped: true, IsToRestart: false, NextRun: null }
        && (need.WaitsFor is null ? need.Deadline(mayRestart: true) is null : WaitsInVain(need));

    /// <summary>Whether somebody has stopped what it waits for, and may start that again.</summary>
    internal bool WaitsForSomebody(Subprocess process)
    {
        // Each is asked once: ways that meet again are many, and a change under way can make a circle.
        var asked = new HashSet<Subprocess>();
        var left = new Stack<Subprocess>([process]);
        while (left.TryPop(out var one))
            if (one.WaitsFor is not null && asked.Add(one))
                foreach (var need in UnmetNeedsOf(one))
                    if (need.WaitsFor is not null)
                        left.Push(need);
                    else if (need is { Status.State: ProcessState.Stopped, StoppedFor: null })
                        return true;
        return false;
    }

    private IEnumerable<Subprocess> UnmetNeedsOf(Subprocess process) =>
        process.Config.DependsOn.SelectMany(dependency => Meant(dependency).Where(need => !Holds(dependency, need)));

    /// <summary>Why a process waits in vain; null while there is hope.</summary>
    private string? Failure(Subprocess process)
    {
        foreach (var dependency in process.Config.DependsOn)
            foreach (var need in Meant(dependency))
                if (need.WaitsFor is not null)
                    continue; // there is hope again, whatever it is now
                else if (need.Status.State == ProcessState.Fatal)
                    return $"it depends on {need.Namespec}, which is FATAL";
                else if (need.Status.State == ProcessState.Exited && !HasCompleted(need)
                    && ConditionOf(dependency, need) == DependencyCondition.Completed && need.Deadline(mayRestart: true) is null)
                    return $"it depends on {need.Namespec}, which ended with {need.Status.Ended}";
        return null;
    }
}
