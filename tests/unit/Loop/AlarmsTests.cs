using Init.Loop;
using Xunit;

namespace Init.Unit.Loop;

public sealed class AlarmsTests
{
    private readonly Alarms _alarms = new();
    private readonly List<string> _rung = [];

    private void Ring(int seconds) => _alarms.Ring(TimeSpan.FromSeconds(seconds), e => _rung.Add(e.Message));

    private Alarm Set(int seconds, string name) => _alarms.Set(TimeSpan.FromSeconds(seconds), () => _rung.Add(name));

    [Fact]
    public void They_ring_once_in_order_of_their_times_and_of_one_time_in_order_of_their_setting()
    {
        Set(3, "c");
        Set(1, "a");
        Set(1, "b");
        Ring(2);
        Assert.Equal(["a", "b"], _rung);
        Ring(2);
        Ring(3);
        Assert.Equal(["a", "b", "c"], _rung);
        Assert.Null(_alarms.Next);
    }

    [Fact]
    public void One_that_was_taken_back_neither_rings_nor_is_waited_for()
    {
        var first = Set(1, "first");
        Set(5, "second");
        first.Cancel();
        Assert.Equal(TimeSpan.FromSeconds(5), _alarms.Next);
        Ring(9);
        Assert.Equal(["second"], _rung);
    }

    [Fact]
    public void Many_that_were_taken_back_leave_nothing()
    {
        Set(1, "first");
        for (var n = 0; n < 10_000; n++)
            Set(1000, "never").Cancel();
        Assert.InRange(_alarms.Count, 1, 200);
        Ring(2000);
        Assert.Equal(["first"], _rung);
    }

    [Fact]
    public void One_that_is_set_by_another_waits_for_the_next_turn_even_when_it_is_due()
    {
        _alarms.Set(TimeSpan.FromSeconds(1), () => Set(1, "again"));
        Ring(1);
        Assert.Empty(_rung);
        Ring(1);
        Assert.Equal(["again"], _rung);
    }

    [Fact]
    public void One_that_throws_does_not_silence_the_others()
    {
        _alarms.Set(TimeSpan.FromSeconds(1), () => throw new InvalidOperationException("thrown"));
        Set(1, "after");
        Ring(1);
        Assert.Equal(["thrown", "after"], _rung);
    }
}
