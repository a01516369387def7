namespace Init.Processes;

/// <summary>The last that happened to a process; what is older is forgotten. It grows with what happens, so that a quiet program costs little.</summary>
internal sealed class StateHistory
{
    internal const int Most = 20;

    private StateChange[] _ring = [];
    private int _next; // once it is full, also where the oldest is

    internal int Count { get; private set; }

    /// <summary>How often it was started again by itself: by autorestart, after a failed start, or because it was to be restarted.</summary>
    internal int Restarts { get; private set; }

    /// <summary>Starts that have failed.</summary>
    internal int FailedStarts { get; private set; }

    internal void Add(in StateChange change)
    {
        if (Count == _ring.Length && Count < Most)
        {
            Array.Resize(ref _ring, Math.Min(Most, Math.Max(4, 2 * Count)));
            _next = Count;
        }
        _ring[_next] = change;
        _next = (_next + 1) % _ring.Length;
        Count = Math.Min(Count + 1, _ring.Length);
        if (change.IsAgain || change.Cause is Cause.AutoRestarted or Cause.Retried)
            Restarts++;
        if (change.Cause is Cause.CannotSpawn or Cause.FailedStart)
            FailedStarts++;
    }

    /// <summary>Oldest first.</summary>
    internal StateChange this[int index] => _ring[(_next + _ring.Length - Count + index) % _ring.Length];
}
