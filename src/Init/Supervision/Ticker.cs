using Init.Events;
using Init.Processes;

namespace Init.Supervision;

/// <summary>
/// TICK events: one for each period of the wall clock that begins while somebody wants to hear of it (E-020, E-026). After a jump of
/// the clock one is told, not all that were passed over. Without a subscription nothing is due.
/// </summary>
internal sealed class Ticker(EventBus events, Func<Moment> clock)
{
    private static readonly (EventType Type, int Seconds)[] _periods = [(EventType.Tick5, 5), (EventType.Tick60, 60), (EventType.Tick3600, 3600)];

    /// <summary>A jump of the wall clock wakes nobody: an hour is looked at now and then.</summary>
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(1);

    private readonly long[] _begun = new long[_periods.Length];
    private bool _wanted;
    private TimeSpan? _deadline;

    /// <summary>When the next period begins, on the monotonic clock.</summary>
    internal TimeSpan? Deadline
    {
        get
        {
            var wanted = false;
            foreach (var (type, _) in _periods)
                wanted |= events.IsWanted(type);
            if (wanted != _wanted)
            {
                // The period that is under way began without being told, and stays so.
                _wanted = wanted;
                Look(tell: false);
            }
            return _deadline;
        }
    }

    internal void Advance()
    {
        if (_deadline is not null && clock().Monotonic >= _deadline)
            Look(tell: true);
    }

    private void Look(bool tell)
    {
        var (now, wall) = clock();
        var seconds = wall.ToUnixTimeSeconds();
        TimeSpan? next = null;
        for (var i = 0; i < _periods.Length; i++)
        {
            var (type, period) = _periods[i];
            var begun = seconds - seconds % period;
            if (begun != _begun[i] && tell)
                events.Notify(type, $"when:{begun}");
            _begun[i] = begun;
            var left = DateTimeOffset.FromUnixTimeSeconds(begun + period) - wall;
            if (events.IsWanted(type) && !(left >= next))
                next = left;
        }
        _deadline = now + (next > _longest ? _longest : next);
    }
}
