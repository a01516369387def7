using System.Runtime.CompilerServices;
using System.Text;
using Init.Config;
using Init.Events;
using Init.Os;
using Init.Output;
using Init.Processes;
using Init.States;
using Init.Unit.Output;
using Init.Unit.Rpc;
using Xunit;

namespace Init.Unit.Processes;

/// <summary>Pools whose listeners are pipes in the hands of the test.</summary>
[Collection(OurStdout.Name)]
public sealed class EventListenerPoolTests : IDisposable
{
    private readonly OutputHarness _here = new(level: LogLevel.Debug);
    private readonly List<int> _stdins = [];
    private readonly List<Subprocess> _processes = [];
    private EventListenerPool _pool = null!;

    public void Dispose()
    {
        foreach (var process in _processes)
            process.Dispose();
        foreach (var fd in _stdins)
            Descriptors.Close(fd);
        _here.Dispose();
    }

    /// <summary>A pool P of so many listeners, L0 and so on, with the pids 100 and so on, all RUNNING.</summary>
    private void Pool(int bufferSize, int listeners, params EventType[] events)
    {
        _pool = new EventListenerPool("P", new EventListenerConfig(bufferSize, events, ""), "me", _here.Events, _here.Activity);
        for (var i = 0; i < listeners; i++)
        {
            var config = SupervisorStub.Program($"L{i}");
            var listener = new Listener(config.Name, _pool, _here.Activity, EventListenerReader.DefaultResultHandler, _here.Stdout);
            var context = new ProcessContext(_here.Outlets, new Dictionary<string, string>(), [], null, new Prober(_here.Loop), new Reports());
            var process = new Subprocess(config, "P", Log(config, true), Log(config, false), context, listener);
            SupervisorStub.Put(process, ProcessState.Running);
            var (read, write) = Descriptors.Pipe();
            Descriptors.SetNonBlocking(read);
            StdinOf(process) = new ChildInput(write, _here.Loop);
            listener.Started(100 + i);
            _stdins.Add(read);
            _processes.Add(process);
        }
        _pool.Serve(_processes);
    }

    private ProcessLog Log(ProcessConfig config, bool isStdout) =>
        new(config.Name, "P", isStdout, config.Stdout, config.Output, null, _here.Outlets);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_stdin")]
    private static extern ref ChildInput? StdinOf(Subprocess process);

    private void Says(int listener, string text) =>
        ((IOutputReader)_processes[listener].Listener!).Read(100 + listener, Encoding.UTF8.GetBytes(text));

    /// <summary>What a listener has on its stdin.</summary>
    private string Hears(int listener)
    {
        var buffer = new byte[65536];
        var count = Descriptors.Read(_stdins[listener], buffer);
        return Encoding.UTF8.GetString(buffer, 0, Math.Max(0, count));
    }

    private void Tick(int when) => _here.Events.Notify(EventType.Tick5, $"when:{when}");

    private static string Envelope(int when, long serial, long poolSerial) =>
        $"ver:3.0 server:me serial:{serial} pool:P poolserial:{poolSerial} eventname:TICK_5 len:{when.ToString().Length + 5}\nwhen:{when}";

    private IEnumerable<string> Lines(string about) =>
        _here.ActivityText.Split('\n').Where(line => line.Contains(about)).Select(line => line[24..]);

    [Fact] // E-032, E-037 to E-040
    public void An_event_waits_for_a_listener_that_is_ready()
    {
        Pool(10, 1, EventType.Tick);
        Tick(5);
        _pool.Dispatch();
        Assert.Equal("", Hears(0));
        Assert.Empty(Lines("rebuffering")); // it is not tried while nobody is ready
        Says(0, "READY\n");
        Assert.Equal("", Hears(0)); // not before the pool's turn
        _pool.Dispatch();
        Assert.Equal(Envelope(5, 0, 0), Hears(0));
        Assert.Equal(["DEBG event 0 sent to listener L0"], Lines("sent to"));
    }

    [Fact] // E-039, E-041
    public void Each_event_goes_to_one_listener_the_oldest_first_to_the_first_that_is_free()
    {
        Pool(10, 2, EventType.Tick);
        Says(0, "READY\n");
        Says(1, "READY\n");
        Tick(5);
        Tick(10);
        Tick(15);
        _pool.Dispatch();
        Assert.Equal(Envelope(5, 0, 0), Hears(0));
        Assert.Equal(Envelope(10, 1, 1), Hears(1));
        Assert.Equal(["DEBG rebuffering event 2 for pool P (buf size=0, max=10)"], Lines("rebuffering"));
        Says(1, "RESULT 2\nOKREADY\n");
        _pool.Dispatch();
        Assert.Equal(Envelope(15, 2, 2), Hears(1));
    }

    [Fact] // E-038
    public void One_that_is_not_RUNNING_gets_none()
    {
        Pool(10, 1, EventType.Tick);
        Says(0, "READY\n");
        SupervisorStub.Put(_processes[0], ProcessState.Starting);
        Tick(5);
        _pool.Dispatch();
        Assert.Equal("", Hears(0));
        Assert.False(_pool.HasUnheard);
        SupervisorStub.Put(_processes[0], ProcessState.Running);
        Assert.True(_pool.HasUnheard);
    }

    [Fact] // E-035, E-052
    public void A_rejected_event_comes_again_before_all_others_with_the_same_serials()
    {
        Pool(10, 1, EventType.Tick);
        Says(0, "READY\n");
        Tick(5);
        Tick(10);
        _pool.Dispatch();
        Hears(0);
        Says(0, "RESULT 4\nFAILREADY\n");
        _pool.Dispatch();
        Assert.Equal(Envelope(5, 0, 0), Hears(0));
        Says(0, "RESULT 2\nOK");
        Assert.True(_pool.HasUnheard);
        Says(0, "READY\n");
        _pool.Dispatch();
        Assert.Equal(Envelope(10, 1, 1), Hears(0));
        Assert.True(_pool.HasUnheard);
        Says(0, "RESULT 2\nOK");
        Assert.False(_pool.HasUnheard);
    }

    [Fact] // E-042, E-044
    public void When_too_many_wait_the_oldest_gives_way_also_to_one_that_comes_back()
    {
        Pool(2, 1, EventType.Tick);
        Says(0, "READY\n");
        Tick(5);
        _pool.Dispatch(); // being processed, it does not count
        foreach (var when in new[] { 10, 15, 20 })
            Tick(when);
        Assert.Equal(["ERRO pool P event buffer overflowed, discarding event 1"], Lines("overflowed"));
        Says(0, "RESULT 4\nFAIL");
        Assert.Equal("ERRO pool P event buffer overflowed, discarding event 2", Lines("overflowed").Last());
        Hears(0);
        Says(0, "READY\n");
        _pool.Dispatch();
        Assert.Equal(Envelope(5, 0, 0), Hears(0));
        Says(0, "RESULT 2\nOKREADY\n");
        _pool.Dispatch();
        Assert.Equal(Envelope(20, 3, 3), Hears(0));
    }

    [Fact] // E-010
    public void Subscribed_to_a_type_and_to_one_above_it_it_has_the_event_twice_with_one_serial()
    {
        Pool(10, 1, EventType.Tick5, EventType.Tick);
        Tick(5);
        Tick(10);
        var heard = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            Says(0, "READY\n");
            _pool.Dispatch();
            heard.Add(Hears(0));
            Says(0, "RESULT 2\nOK");
        }
        Assert.Equal([Envelope(5, 0, 0), Envelope(5, 0, 0), Envelope(10, 1, 1), Envelope(10, 1, 1)], heard);
    }

    [Fact] // E-043
    public void One_that_has_closed_its_stdin_is_passed_over()
    {
        Pool(10, 2, EventType.Tick);
        Says(0, "READY\n");
        Says(1, "READY\n");
        Descriptors.Close(_stdins[0]);
        _stdins[0] = Descriptors.Open("/dev/null", 0);
        Tick(5);
        _pool.Dispatch();
        Assert.Equal(Envelope(5, 0, 0), Hears(1));
        Assert.Equal(["DEBG epipe occurred while sending event 0 to listener L0, listener state unchanged"], Lines("epipe"));
        Assert.Equal(ListenerState.Ready, _processes[0].Listener!.State);
    }

    [Fact]
    public void What_waits_has_a_bound_in_bytes_whatever_buffer_size_says()
    {
        Pool(bufferSize: int.MaxValue, listeners: 1, EventType.RemoteCommunication);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var text = new string('x', 1024 * 1024);
        for (var n = 0; n < 200; n++)
            _here.Events.Notify(EventType.RemoteCommunication, text);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, 0, EventListenerPool.MostBytes + 8 * 1024 * 1024);
        Assert.NotEmpty(Lines("pool P event buffer overflowed, discarding event"));
    }

    [Fact] // E-045
    public void A_pool_that_is_removed_hears_nothing_more()
    {
        Pool(10, 1, EventType.Tick);
        _pool.Dispose();
        Assert.False(_here.Events.IsWanted(EventType.Tick5));
    }
}
