using Init.Processes;
using Init.States;

namespace Init.Supervision;

/// <summary>
/// The end of all programs: group after group from the highest priority number down, each only when the one before is stopped; within
/// a group all at once (L-096, L-097). Without Supervisor's idle second for each group that has nothing to stop (L-098).
/// </summary>
internal sealed class StopSequence(ProcessGroups groups)
{
    private static readonly TimeSpan _reportEvery = TimeSpan.FromSeconds(3);

    private readonly Stack<ProcessGroup> _left = new(groups.All);
    private TimeSpan _reportAt;

    /// <summary>When the next `waiting for` line is due.</summary>
    internal TimeSpan ReportAt => _reportAt;

    /// <summary>Nothing runs any more, in any group: it is over although some groups had no turn (L-099).</summary>
    internal bool IsDone => groups.IsStopped;

    /// <summary>Stops the group whose turn it is, and further ones while there is nothing to wait for.</summary>
    internal void Advance()
    {
        while (_left.TryPeek(out var group))
        {
            group.StopForShutdown();
            if (!group.IsStopped)
                return;
            _left.Pop();
        }
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
        var waited = groups.All.SelectMany(group => group.Processes).Where(process => !process.IsStopped).ToList();
        return
        [
            $"waiting for {string.Join(", ", waited.Select(process => process.Config.Name))} to die",
            .. waited.Select(process => $"{process.Config.Name} state: {process.Status.State.Name()}"),
        ];
    }
}
