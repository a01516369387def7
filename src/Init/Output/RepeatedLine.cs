using Init.Loop;
using Init.Os;

namespace Init.Output;

/// <summary>
/// A kind of line in the activity log that others can cause as often as they like: so many are said within a minute, the rest are counted,
/// and the last of them is said with that count when the minute is over. Of the loop thread.
/// </summary>
internal sealed class RepeatedLine(Alarms alarms, Action<string, string?> log, int most = 1) : IDisposable
{
    private static readonly TimeSpan _period = TimeSpan.FromMinutes(1);

    private int _said;
    private long _held;
    private string _last = "";
    private Alarm? _alarm;

    /// <param name="block">Lines to stand below it, when it is said.</param>
    internal void Log(string line, string? block = null)
    {
        _alarm ??= alarms.Set(Clock.Now + _period, EndPeriod);
        if (_said < most)
        {
            _said++;
            log(line, block);
            return;
        }
        _held++;
        _last = line;
    }

    /// <summary>What is said of the last minute is the first of the next, so that a flood is one line a minute.</summary>
    private void EndPeriod()
    {
        _alarm = null;
        _said = 0;
        if (Summary() is { } line)
            Log(line);
    }

    private string? Summary()
    {
        var (held, last) = (_held, _last);
        (_held, _last) = (0, "");
        return held == 0 ? null : held == 1 ? last : FormattableString.Invariant($"{last} (the last of {held} such lines)");
    }

    public void Dispose()
    {
        _alarm?.Cancel();
        if (Summary() is { } line)
            log(line, null);
    }
}
