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
    private Listener _listener;

    public ListenerTests()
    {
        _pool = new EventListenerPool("P", new EventListenerConfig(10, [], EventListenerReader.DefaultResultHandler), "supervisor", _here.Events, _here.Activity);
        _listener = WithHandler(EventListenerReader.DefaultResultHandler);
    }

    private Listener WithHandler(string handler)
    {
        _listener = new Listener("L", _pool, _here.Activity, handler, _here.Stdout);
        _listener.Started(Pid);
        return _listener;
    }

    public void Dispose() => _here.Dispose();

    private ListenerTests Says(string text, int pid = Pid)
    {
        ((IOutputReader)_listener).Read(pid, Encoding.Latin1.GetBytes(text));
        return this;
    }

    private ListenerTests IsGiven(long serial = 0, bool isShown = false)
    {
        _listener.Given(new Delivery(new Event(EventType.Tick5, serial, []) { IsShown = isShown }, serial));
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

    [Theory]
    [InlineData("somebodys:handler", "RESULT 4\nFAIL")]
    [InlineData("somebodys:handler", "RESULT 0\n")]
    [InlineData("supervisor_stdout:event_handler", "RESULT 2\nOK")] // nothing that it could write
    [InlineData("supervisor_stdout:event_handler", "RESULT 0\n")]
    [InlineData("supervisor_stdout:event_handler", "RESULT 9\na:b c:d\ne")]
    [InlineData("supervisor_stdout:event_handler", "RESULT 15\nprocessname:a\ne")]
    public void For_another_handler_every_complete_result_will_do(string handler, string said)
    {
        WithHandler(handler);
        Says("READY\n").IsGiven().Says(said[..^1]);
        Assert.Equal(ListenerState.Busy, State);
        Says(said[^1..]);
        Assert.Equal("DEBG L: event was processed", Lines.First(line => line.Contains("event was", StringComparison.Ordinal)));
        Assert.Equal(ListenerState.Ready, Says("READY\n").State);
        IsGiven().Says("nonsense\n");
        Assert.Equal(ListenerState.Unknown, State);
        _here.Turns();
        Assert.DoesNotContain(_here.ReadStdout().Split('\n'), line => line.Contains('|', StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("one\n", "web stdout | one\n")]
    [InlineData("one\n\ntwo", "web stdout | one\nweb stdout | \nweb stdout | two\n")]
    [InlineData("", "")]
    public void For_supervisor_stdouts_each_line_is_written_with_its_process_and_channel(string output, string expected)
    {
        WithHandler(EventListenerReader.StdoutResultHandler);
        var result = "processname:web groupname:g pid:12 channel:stdout\n" + output;
        Says("READY\n").IsGiven(isShown: true).Says($"RESULT {result.Length}\n{result}"); // on our stdout already
        Says("READY\n").IsGiven().Says($"RESULT {result.Length}\n{result}");
        Assert.Equal(expected, Written());
    }

    private string Written()
    {
        var all = "";
        for (string some; _here.Stdout is { IsIdle: false }; all += some)
        {
            _here.Turn();
            some = _here.ReadStdout();
        }
        return string.Concat(all.Split('\n').Where(line => line.StartsWith("web ", StringComparison.Ordinal)).Select(line => line + "\n"));
    }

    [Fact]
    public void A_result_beyond_a_megabyte_is_cut_and_what_is_written_of_it_is_bounded()
    {
        WithHandler(EventListenerReader.StdoutResultHandler);
        const string header = "processname:web channel:stderr\n";
        Says("READY\n").IsGiven().Says($"RESULT {header.Length + 3_000_000}\n{header}");
        for (var sent = 0; sent < 3_000_000; sent += 30_000)
            Says(new string('x', 30_000));
        Assert.Equal(ListenerState.Ready, Says("READY\n").State);
        Assert.Equal("web stderr | ".Length + ResultLines.MostBytes - header.Length + 1, Written().Length);

        IsGiven().Says($"RESULT {header.Length + 1_000_000}\n{header}{new string('\n', 1_000_000)}");
        Assert.InRange(_here.Stdout.Queue.Length, 1, SharedStream.OwnLimit);
        Assert.Equal(ListenerState.Ready, Says("READY\n").State);
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
