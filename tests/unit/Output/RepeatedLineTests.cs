using Init.Loop;
using Init.Os;
using Init.Output;
using Xunit;

namespace Init.Unit.Output;

public sealed class RepeatedLineTests
{
    private readonly Alarms _alarms = new();
    private readonly List<string> _log = [];

    private void AfterAMinute() => _alarms.Ring(Clock.Now + TimeSpan.FromMinutes(1), e => throw e);

    [Fact]
    public void A_flood_is_one_line_and_one_a_minute_with_a_count()
    {
        using var line = new RepeatedLine(_alarms, (text, _) => _log.Add(text));
        for (var n = 1; n <= 3000; n++)
            line.Log($"a notification of pid {n}");
        Assert.Equal(["a notification of pid 1"], _log);
        AfterAMinute();
        Assert.Equal("a notification of pid 3000 (the last of 2999 such lines)", _log[^1]);
        line.Log("another");
        Assert.Equal(2, _log.Count); // what was said of the last minute is the line of this one
        AfterAMinute();
        Assert.Equal("another", _log[^1]);
    }

    [Fact]
    public void After_a_quiet_minute_a_line_is_said_at_once_and_nothing_is_left_of_it()
    {
        using var line = new RepeatedLine(_alarms, (text, _) => _log.Add(text), most: 2);
        line.Log("one");
        line.Log("two");
        AfterAMinute();
        Assert.Equal(["one", "two"], _log);
        Assert.Null(_alarms.Next);
        line.Log("three");
        Assert.Equal(["one", "two", "three"], _log);
    }

    [Fact]
    public void At_the_end_what_was_counted_is_said()
    {
        using (var line = new RepeatedLine(_alarms, (text, _) => _log.Add(text)))
            for (var n = 0; n < 3; n++)
                line.Log($"{n}");
        Assert.Equal(["0", "2 (the last of 2 such lines)"], _log);
    }
}
