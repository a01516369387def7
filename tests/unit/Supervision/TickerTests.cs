using System.Text;
using Init.Events;
using Init.Processes;
using Init.Supervision;
using Xunit;

namespace Init.Unit.Supervision;

public class TickerTests : IEventSubscriber
{
    private readonly EventBus _events = new();
    private readonly Ticker _ticker;
    private readonly List<string> _heard = [];
    private TimeSpan _monotonic = TimeSpan.FromHours(1);
    private DateTimeOffset _wall = DateTimeOffset.FromUnixTimeSeconds(3_600_000 + 57);

    public TickerTests() => _ticker = new Ticker(_events, () => new Moment(_monotonic, _wall));

    void IEventSubscriber.Accept(Event happened) => _heard.Add($"{happened.Type} {Encoding.UTF8.GetString(happened.Payload)}");

    /// <summary>Both clocks go on, and the loop turns.</summary>
    private void Wait(double seconds)
    {
        _monotonic += TimeSpan.FromSeconds(seconds);
        _wall += TimeSpan.FromSeconds(seconds);
        _ticker.Advance();
    }

    private double? DueIn => (_ticker.Deadline - _monotonic)?.TotalSeconds;

    [Fact]
    public void Without_a_subscription_nothing_is_due()
    {
        Assert.Null(DueIn);
        _events.Subscribe(EventType.ProcessState, this);
        Assert.Null(DueIn);
    }

    [Fact] // E-020, E-026
    public void The_begin_of_each_period_is_told_but_not_of_the_one_under_way()
    {
        _events.Subscribe(EventType.Tick, this);
        Assert.Equal(3, DueIn);
        Wait(2.9);
        Assert.Empty(_heard);
        Wait(0.1);
        Assert.Equal(["TICK_5 when:3600060", "TICK_60 when:3600060"], _heard);
        Assert.Equal(5, DueIn);
        Wait(5.25);
        Assert.Equal("TICK_5 when:3600065", _heard.Last());
        Assert.Equal(4.75, DueIn);
    }

    [Fact]
    public void Only_what_is_wanted_is_waited_for()
    {
        _events.Subscribe(EventType.Tick3600, this);
        Assert.Equal(60, DueIn); // the hour is far, but the clock may be set
        Wait(60);
        Assert.Empty(_heard);
        _wall += TimeSpan.FromMinutes(59);
        Wait(60);
        Assert.Equal(["TICK_3600 when:3603600"], _heard);
        _events.Unsubscribe(this);
        Assert.Null(DueIn);
        Wait(7200);
        _events.Subscribe(EventType.Tick60, this);
        Assert.Equal(3, DueIn); // not at once, for those that went by unheard
        Wait(3);
        Assert.StartsWith("TICK_60 ", Assert.Single(_heard[1..]));
    }

    [Fact] // E-026
    public void After_a_jump_of_the_clock_one_is_told_and_not_several()
    {
        _events.Subscribe(EventType.Tick5, this);
        Assert.Equal(3, DueIn);
        _wall += TimeSpan.FromHours(1);
        Wait(3);
        Assert.Equal(["TICK_5 when:3603660"], _heard);
        Assert.Equal(5, DueIn);
        _wall -= TimeSpan.FromHours(1);
        Wait(5);
        Assert.Equal("TICK_5 when:3600065", _heard.Last());
    }
}
