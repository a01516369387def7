using System.Text;
using Init.Config;
using Init.Events;
using Init.Output;
using Init.Processes;
using Init.Unit.Output;
using Xunit;

namespace Init.Unit.Processes;

/// <summary>What a listener says, and what is made of it; the pool behind it is a real one without processes.</summary>
[Collection(OurStdout.Name)]
public sealed class ListenerTests : IDisposable
{
    private const int Pid = 100;

    private readonly OutputHarness _here = new(level: LogLevel.Debug);
    private readonly EventListenerPool _pool;
    private readonly Listener _listener;

    public ListenerTests()
    {
        _pool = new EventListenerPool("P", new EventListenerConfig(10, [], EventListenerReader.DefaultResultHandler), "supervisor", _here.Events, _here.Activity);
        _listener = new Listener("L", _pool, _here.Activity);
        _listener.Started(Pid);
    }

    public void Dispose() => _here.Dispose();

    private ListenerTests Says(string text, int pid = Pid)
    {
        ((IOutputReader)_listener).Read(pid, Encoding.Latin1.GetBytes(text));
        return this;
    }

    private ListenerTests IsGiven(long serial = 0)
    {
        _listener.Given(new Delivery(new Event(EventType.Tick5, serial, []), serial));
        return this;
    }

    private ListenerState State => _listener.State;

    private string[] Lines => [.. _here.ActivityText.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[24..])];

    [Theory]
    [InlineData("READY\n", ListenerState.Ready)] // E-047
    [InlineData("READY", ListenerState.Acknowledged)]
    [InlineData("ready\n", ListenerState.Unknown)]
    [InlineData("READY\r\n", ListenerState.Unknown)]
    [InlineData("hello", ListenerState.Acknowledged)] // five bytes: too few to say
    [InlineData("hello!", ListenerState.Unknown)]
    [InlineData("READY\nX", ListenerState.Unknown)] // E-048, E-057
    public void Before_an_event_it_may_say_READY_and_nothing_else(string said, object state) => Assert.Equal(state, Says(said).State);

    [Theory]
    [InlineData("RESULT 2\nOK", "DEBG L: event was processed")] // E-052
    [InlineData("RESULT 4\nFAIL", "WARN L: event was rejected")]
    [InlineData("RESULT 0\n", "WARN L: event was rejected")] // E-051
    [InlineData("XXXXXXX2\nOK", "DEBG L: event was processed")] // E-049
    [InlineData("RESULT  +0_2 \nOK", "DEBG L: event was processed")]
    [InlineData("RESULT 3\nOK\n", "WARN L: event was rejected")]
    public void After_an_event_it_says_a_result(string said, string line)
    {
        Says("READY\n").IsGiven().Says(said);
        Assert.Equal(ListenerState.Acknowledged, State);
        Assert.Contains(line, Lines);
        Assert.Equal(line.StartsWith("WARN"), Lines.Contains("DEBG rebuffering event 0 for pool P (buf size=0, max=10)"));
    }

    [Fact]
    public void It_may_say_it_byte_by_byte_or_all_at_once()
    {
        foreach (var one in "READY\n")
            Says($"{one}");
        IsGiven();
        foreach (var one in "RESULT 2\nOKREADY\n")
            Says($"{one}");
        Assert.Equal(ListenerState.Ready, State);
        IsGiven().Says("RESULT 2\nOKREADY\n");
        Assert.Equal(ListenerState.Ready, State);
    }

    [Theory] // E-050
    [InlineData("NONSENSE\n", "NONSENSE")]
    [InlineData("RESULT two\n", "RESULT two")]
    [InlineData("RESULT -1\n", "RESULT -1")]
    [InlineData("\n", "")]
    [InlineData("RESULT \xFF\n", "Undecodable: b'RESULT \\xff'")]
    public void A_bad_result_line_costs_it_the_event_and_all_others(string said, string shown)
    {
        Says("READY\n").IsGiven().Says(said);
        Assert.Equal(ListenerState.Unknown, State);
        Assert.Equal(
            [
                $"WARN L: bad result line: '{shown}'",
                "DEBG L: BUSY -> UNKNOWN",
                "WARN L: has entered the UNKNOWN state and will no longer receive events, this usually indicates the process violated the "
                    + "eventlistener protocol", // E-056
                "DEBG rebuffering event 0 for pool P (buf size=0, max=10)",
            ],
            Lines[1..]);
        Says("READY\n");
        Assert.Equal(ListenerState.Unknown, State);
    }

    [Fact]
    public void A_line_without_end_is_a_bad_one_and_a_result_without_end_is_not_kept()
    {
        Says("READY\n").IsGiven().Says(new string('x', 5000));
        Assert.Equal(ListenerState.Unknown, State);
        _listener.Started(Pid);
        Says("READY\n").IsGiven().Says("RESULT 99999999999999999999\n");
        for (var i = 0; i < 100; i++)
            Says(new string('x', 60_000));
        Assert.Equal(ListenerState.Busy, State);
        _listener.Ended();
        _listener.Started(Pid);
        Assert.Equal(ListenerState.Ready, Says("READY\n").State);
    }

    [Fact] // E-058
    public void The_event_of_one_that_dies_goes_back()
    {
        Says("READY\n").IsGiven(7).Says("RESULT 2\nO");
        _listener.Ended();
        Assert.Equal("DEBG rebuffering event 7 for pool P (buf size=0, max=10)", Lines.Last());
    }

    [Fact] // E-046
    public void A_new_run_begins_anew_and_hears_nothing_of_an_earlier_one()
    {
        Says("garbage");
        _listener.Ended();
        _listener.Started(200);
        Assert.Equal(ListenerState.Acknowledged, State);
        Says("garbage", pid: Pid);
        Assert.Equal(ListenerState.Ready, Says("READY\n", pid: 200).State);
    }
}
