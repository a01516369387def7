using System.Text;
using Init.Events;
using Xunit;

namespace Init.Unit.Events;

public class EventBusTests
{
    private sealed class Subscriber : IEventSubscriber
    {
        internal List<Event> Heard { get; } = [];

        public void Accept(Event happened) => Heard.Add(happened);
    }

    [Theory] // E-009
    [InlineData("EVENT", "TICK_5", true)]
    [InlineData("TICK", "TICK_3600", true)]
    [InlineData("TICK_5", "TICK_5", true)]
    [InlineData("TICK_5", "TICK", false)]
    [InlineData("PROCESS_STATE", "PROCESS_GROUP_ADDED", false)]
    [InlineData("PROCESS_LOG", "PROCESS_LOG_STDERR", true)]
    [InlineData("EVENT", "REMOTE_COMMUNICATION", true)]
    public void A_type_is_one_of_those_above_it(string wanted, string type, bool matches) =>
        Assert.Equal(matches, EventType.Find(type)!.Is(EventType.Find(wanted)!));

    [Fact]
    public void There_is_no_type_of_another_name()
    {
        Assert.Null(EventType.Find("TICK_6"));
        Assert.Null(EventType.Find("tick"));
    }

    [Fact] // E-031, E-033
    public void What_nobody_wants_is_forgotten_and_has_no_serial()
    {
        var bus = new EventBus();
        var subscriber = new Subscriber();
        bus.Notify(EventType.Tick5, "when:1");
        bus.Subscribe(EventType.Tick, subscriber);
        bus.Notify(EventType.RemoteCommunication, "type:x\n");
        bus.Notify(EventType.Tick5, "when:5");
        bus.Notify(EventType.Tick60, "when:60");
        Assert.Equal([0, 1], subscriber.Heard.Select(happened => happened.Serial));
        Assert.Equal(["when:5", "when:60"], subscriber.Heard.Select(happened => Encoding.UTF8.GetString(happened.Payload)));
        Assert.True(bus.IsWanted(EventType.Tick3600));
        Assert.False(bus.IsWanted(EventType.ProcessLogStdout));
        bus.Unsubscribe(subscriber);
        Assert.False(bus.IsWanted(EventType.Tick3600));
    }

    [Fact]
    public void All_subscribers_hear_the_same_event_once_for_each_subscription()
    {
        var bus = new EventBus();
        Subscriber one = new(), two = new();
        bus.Subscribe(EventType.Tick, one);
        bus.Subscribe(EventType.Tick5, one);
        bus.Subscribe(EventType.Any, two);
        bus.Notify(EventType.Tick5, "when:5");
        Assert.Equal(2, one.Heard.Count);
        Assert.Same(one.Heard[0], one.Heard[1]);
        Assert.Same(one.Heard[0], Assert.Single(two.Heard));
    }

    [Theory] // E-034: characters, of which one beyond the first plane is one too
    [InlineData("", 0)]
    [InlineData("when:5", 6)]
    [InlineData("é€", 2)]
    [InlineData("\U0001F600", 1)]
    public void The_length_counts_characters(string payload, int length) =>
        Assert.Equal(length, new Event(EventType.Tick5, 0, Encoding.UTF8.GetBytes(payload)).Length);

    [Fact]
    public void After_the_largest_serial_comes_0() => Assert.Equal(0, EventBus.Next(long.MaxValue));
}
