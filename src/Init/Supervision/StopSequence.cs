using Init.Os;
using Init.Processes;

namespace Init.Supervision;

/// <summary>
/// The end of all programs: group after group from the highest priority number down, each only when the one before is stopped; within
/// a group all at once (L-096, L-097). Without Supervisor's idle second for each group that has nothing to stop (L-098).
/// Listeners, as a rule the last, are first given the second in which to hear of the end of the others.
/// </summary>
internal sealed class StopSequence(ProcessGroups groups)
{
    private static readonly TimeSpan _reportEvery = TimeSpan.FromSeconds(3);

    /// <summary>About as long as Supervisor's main loop leaves them, which looks once a second.</summary>
    private static readonly TimeSpan _lastWords = TimeSpan.FromSeconds(1);

    private readonly Stack<ProcessGroup> _left = new(groups.All);
    private TimeSpan _reportAt;
    private TimeSpan? _heardBy;

    /// <summary>When the next `waiting for` line is due, or the pools have had their time.</summary>
    internal TimeSpan Deadline => IsListening && _heardBy < _reportAt ? _heardBy.Value : _reportAt;

    /// <summary>Whether it waits for a pool to hear of what has happened, which changes no state.</summary>
    internal bool IsListening { get; private set; }

    /// <summary>Nothing runs any more, in any group: it is over although some groups had no turn (L-099).</summary>
    internal bool IsDone => groups.IsStopped;

    /// <summary>Stops the group whose turn it is, and further ones while there is nothing to wait for.</summary>
    internal void Advance()
    {
        while (_left.TryPeek(out var group))
        {
            IsListening = HasToHear(group);
            if (IsListening)
                return;
            group.StopForShutdown();
            if (!group.IsStopped)
                return;
            _left.Pop();
        }
    }

    /// <summary>Whether a pool has yet to hear of something, and there is time for it. Pools in a row share that time: the same happened before them.</summary>
    private bool HasToHear(ProcessGroup group)
    {
        if (group.Pool is null)
            _heardBy = null;
        else if (group.Pool.HasUnheard)
            return Clock.Now < (_heardBy ??= Clock.Now + _lastWords);
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
