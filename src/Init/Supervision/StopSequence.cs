using Init.Os;
using Init.Processes;
using Init.States;

namespace Init.Supervision;

/// <summary>
/// The end of all programs, step after step of the plan. Without Supervisor's idle second for each group that has nothing to stop (L-098).
/// Listeners, as a rule the last, are first given the second in which to hear of the end of the others.
/// </summary>
internal sealed class StopSequence(ProcessGroups groups, IEnumerable<StopStep> plan, StopBudget? budget = null)
{
    private static readonly TimeSpan _reportEvery = TimeSpan.FromSeconds(3);

    /// <summary>About as long as Supervisor's main loop leaves them, which looks once a second.</summary>
    private static readonly TimeSpan _lastWords = TimeSpan.FromSeconds(1);

    private readonly Queue<StopStep> _left = new(plan);
    private TimeSpan _reportAt;
    private TimeSpan? _heardBy;
    private TimeSpan? _until; // of the step under way, if there is a budget

    /// <summary>When the next `waiting for` line is due, or the pools have had their time.</summary>
    internal TimeSpan Deadline => IsListening && _heardBy < _reportAt ? _heardBy.Value : _reportAt;

    /// <summary>Whether it waits for a pool to hear of what has happened, which changes no state.</summary>
    internal bool IsListening { get; private set; }

    /// <summary>Nothing runs any more, in any group: it is over although some groups had no turn (L-099).</summary>
    internal bool IsDone => groups.AreGone;

    /// <summary>Stops those whose turn it is, and further ones while there is nothing to wait for.</summary>
    internal void Advance()
    {
        while (_left.TryPeek(out var step))
        {
            IsListening = HasToHear(step);
            if (IsListening)
                return;
            // Asked again at each change, for one may have been started in between; the first time tells how long they have.
            _until ??= Clock.Now + budget?.For(StopBudget.Patiences(_left), Clock.Now);
            step.Stop(_until - Clock.Now);
            if (!step.IsOver)
                return;
            _left.Dequeue();
            _until = null;
        }
    }

    /// <summary>Whether a pool has yet to hear of something, and there is time for it. Pools in a row share that time: the same happened before them.</summary>
    private bool HasToHear(StopStep step)
    {
        if (step.Pools.Count == 0)
            _heardBy = null;
        else if (step.Pools.Any(pool => pool.HasUnheard))
            return Clock.Now < (_heardBy ??= Clock.Now + (budget?.For([_lastWords, .. StopBudget.Patiences(_left)], Clock.Now) ?? _lastWords));
        return false;
    }

    /// <summary>
    /// What is waited for, when it is time to say so: at first and every three seconds (L-100). First the line for all, then one for each
    /// process, which is for loglevel blather.
    /// </summary>
    internal IReadOnlyList<string> Report(TimeSpan now)
    {
        if (now < _reportAt)
            return [];
        _reportAt = now + _reportEvery;
        var waited = groups.Arrivals.SelectMany(group => group.Processes).Where(process => !process.IsGone).ToList();
        return
        [
            $"waiting for {string.Join(", ", waited.Select(process => process.Config.Name))} to die",
            .. waited.Select(process => $"{process.Config.Name} state: {process.Status.State.Name()}"),
        ];
    }
}
