namespace Init.Os;

/// <summary>Finds out when a thread did not run, from its looks at the clock and from what it says of its waits.</summary>
internal sealed class Presence(TimeSpan now)
{
    /// <summary>Work between two looks and a busy machine take less. What takes longer is not ours to count.</summary>
    internal static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(250);

    private TimeSpan _seen = now;
    private TimeSpan? _rest = TimeSpan.Zero;

    internal void Rest(TimeSpan? time) => _rest = time;

    /// <summary>A look at the clock: how long the thread was away since the last one, beyond what it meant to wait; zero as a rule.</summary>
    internal TimeSpan AbsentUntil(TimeSpan now)
    {
        var absent = _rest is { } rest ? now - _seen - rest : TimeSpan.Zero;
        _rest = TimeSpan.Zero;
        if (absent <= Slack)
            absent = TimeSpan.Zero;
        _seen = now - absent;
        return absent;
    }
}
