using Init.Os;
using Init.Processes;

namespace Init.Supervision;

/// <summary>
/// The end of all programs, step after step of the plan. Without Supervisor's idle second for each group that has nothing to stop (L-098).
/// Listeners, as a rule the last, are first given the second in which to hear of the end of the others.
/// </summary>
internal sealed class StopSequence(ProcessGroups groups, IEnumerable<StopStep> plan)
{
    private static readonly TimeSpan _reportEvery = TimeSpan.FromSeconds(3);

    /// <summary>About as long as Supervisor's main loop leaves them, which looks once a second.</summary>
    private static readonly TimeSpan _lastWords = TimeSpan.FromSeconds(1);

    private readonly Queue<StopStep> _left = new(plan);
    private TimeSpan _reportAt;
    private (ProcessGroup Group, TimeSpan Until)? _listening;

    /// <summary>When the next `waiting for` line is due, or a pool has had its time.</summary>
    internal TimeSpan Deadline => _listening is var (_, until) && until < _reportAt ? until : _reportAt;

    /// <summary>Whether it waits for a pool to hear of what has happened, which changes no state.</summary>
    internal bool IsListening => _listening is not null;

    /// <summary>Nothing runs any more, in any group: it is over although some groups had no turn (L-099).</summary>
    internal bool IsDone => groups.IsStopped;

    /// <summary>Stops those whose turn it is, and further ones while there is nothing to wait for.</summary>
    internal void Advance()
    {
        while (_left.TryPeek(out var step))
        {
            if (HasToHear(step.Group))
                return;
            step.Stop();
            if (!step.IsOver)
                return;
            _left.Dequeue();
        }
    }

    /// <summary>Whether a pool has yet to hear of something, and the time for it.</summary>
    private bool HasToHear(ProcessGroup group)
    {
        if (group.Pool is { HasUnheard: true })
        {
            if (_listening?.Group != group)
                _listening = (group, Clock.Now + _lastWords);
            if (Clock.Now < _listening.Value.Until)
                return true;
        }
        _listening = null;
        return false;
    }

    /// <summary>The line that says what is waited for, when it is due: at first and every three seconds (L-100).</summary>
    internal string? Report(TimeSpan now)
    {
        if (now < _reportAt)
            return null;
        _reportAt = now + _reportEvery;
        var names = groups.All.SelectMany(group => group.Processes).Where(process => !process.IsStopped).Select(process => process.Config.Name);
        return $"waiting for {string.Join(", ", names)} to die";
    }
}
