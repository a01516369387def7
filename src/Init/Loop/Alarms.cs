namespace Init.Loop;

/// <summary>
/// What is to be done at a moment on the monotonic clock, for all that is no process's own deadline. Of the loop thread.
/// </summary>
internal sealed class Alarms
{
    private const int Few = 64;

    // The count keeps those of one moment in the order in which they were set.
    private readonly PriorityQueue<Alarm, (TimeSpan At, long Count)> _queue = new();
    private long _count;
    private int _cancelled;
    private int _judging;

    /// <summary>How many are kept, those that were taken back too.</summary>
    internal int Count => _queue.Count;

    /// <summary>Whether a time limit for a program or a client is among them.</summary>
    internal bool AreJudging => _judging > 0;

    /// <summary>Sets one; it rings once.</summary>
    /// <param name="judges">It is the time limit of a program or a client, so time in which we did not run ourselves must not count.</param>
    internal Alarm Set(TimeSpan at, Action ring, bool judges = false)
    {
        var alarm = new Alarm(ring, this, judges);
        if (judges)
            _judging++;
        _queue.Enqueue(alarm, (at, _count++));
        return alarm;
    }

    /// <summary>When the next one rings; null when there is none.</summary>
    internal TimeSpan? Next
    {
        get
        {
            while (_queue.TryPeek(out var alarm, out var due))
            {
                if (alarm.IsSet)
                    return due.At;
                _queue.Dequeue();
                _cancelled--;
            }
            return null;
        }
    }

    internal void HasEnded(bool judges) => _judging -= judges ? 1 : 0;

    /// <summary>One is not wanted any more. When most are not, they are taken out: their times may be far away.</summary>
    internal void Cancelled()
    {
        if (++_cancelled < Few || _cancelled < _queue.Count / 2)
            return;
        var left = _queue.UnorderedItems.Where(one => one.Element.IsSet).ToArray();
        _queue.Clear();
        _queue.EnqueueRange(left);
        _cancelled = 0;
    }

    /// <summary>Rings those that are due. One that throws does not silence the others.</summary>
    internal void Ring(TimeSpan now, Action<Exception> failed)
    {
        // What these set is for the next turn, even if it is due at once: nothing keeps the loop from signals.
        var before = _count;
        while (Next <= now && _queue.TryPeek(out _, out var due) && due.Count < before)
            try
            {
                _queue.Dequeue().Ring();
            }
            catch (Exception e)
            {
                failed(e);
            }
    }
}

/// <summary>One alarm, to be taken back by who has set it.</summary>
internal sealed class Alarm(Action ring, Alarms alarms, bool judges)
{
    private Action? _ring = ring;

    internal bool IsSet => _ring is not null;

    internal void Cancel()
    {
        if (_ring is null)
            return;
        _ring = null;
        alarms.HasEnded(judges);
        alarms.Cancelled();
    }

    internal void Ring()
    {
        var ring = _ring;
        _ring = null;
        alarms.HasEnded(judges && ring is not null);
        ring?.Invoke();
    }
}
