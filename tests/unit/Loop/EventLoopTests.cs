using Init.Loop;
using Init.Os;
using Xunit;

namespace Init.Unit.Loop;

public sealed class EventLoopTests : IDisposable
{
    private readonly List<Exception> _failures = [];
    private readonly EventLoop _loop;

    public EventLoopTests() => _loop = new EventLoop((_, exception) => _failures.Add(exception));

    public void Dispose() => _loop.Dispose();

    [Fact]
    public void A_handler_that_throws_costs_its_descriptor_and_nothing_else()
    {
        var (bad, good) = (new Source(() => throw new InvalidOperationException("a defect")), new Source());
        _loop.Watch(bad.Read, Readiness.Readable, bad);
        _loop.Watch(good.Read, Readiness.Readable, good);
        bad.Say();
        good.Say();
        _loop.Turn(null);
        _loop.Turn(Clock.Now);
        Assert.Equal(1, bad.Served);
        Assert.Equal(2, good.Served);
        Assert.Equal("a defect", Assert.Single(_failures).Message);
    }

    [Fact]
    public void A_handle_that_is_out_of_date_does_not_reach_the_next_user_of_its_place()
    {
        var (first, second) = (new Source(), new Source());
        var old = _loop.Watch(first.Read, Readiness.Readable, first);
        _loop.Unwatch(old);
        _loop.Watch(second.Read, Readiness.Readable, second);
        _loop.Unwatch(old);
        second.Say();
        _loop.Turn(Clock.Now);
        Assert.Equal(1, second.Served);
    }

    [Fact]
    public void A_descriptor_given_up_while_a_turn_serves_others_is_not_served_any_more()
    {
        var (one, other) = (new Source(), new Source());
        var handles = new Dictionary<Source, int>();
        foreach (var (source, victim) in new[] { (one, other), (other, one) })
        {
            source.Serve = () => _loop.Unwatch(handles[victim]);
            handles[source] = _loop.Watch(source.Read, Readiness.Readable, source);
            source.Say();
        }
        _loop.Turn(Clock.Now);
        Assert.Equal(1, one.Served + other.Served);
    }

    [Fact]
    public void Posted_work_is_done_in_order_and_work_that_throws_does_not_lose_the_rest()
    {
        var done = new List<int>();
        _loop.Post(() => done.Add(1));
        _loop.Post(() => throw new InvalidOperationException("a defect"));
        _loop.Post(() => done.Add(2));
        _loop.Turn(null);
        Assert.Equal([1, 2], done);
        Assert.Single(_failures);
    }

    [Fact]
    public void Work_that_posts_work_without_end_does_not_keep_a_turn()
    {
        var done = 0;
        void Again()
        {
            done++;
            _loop.Post(Again);
        }
        Again();
        for (var turn = 1; turn <= 3; turn++)
        {
            _loop.Turn(Clock.Now + TimeSpan.FromSeconds(10));
            Assert.Equal(1 + turn, done);
        }
    }

    [Fact]
    public void A_place_is_not_lost_to_a_file_that_cannot_be_watched()
    {
        var file = Descriptors.Open("/etc/passwd", 0);
        Assert.Equal(Errno.EPERM, Assert.Throws<SyscallException>(() => _loop.Watch(file, Readiness.Readable, new Source())).Errno);
        Descriptors.Close(file);
        var source = new Source();
        _loop.Watch(source.Read, Readiness.Readable, source);
        source.Say();
        _loop.Turn(Clock.Now);
        Assert.Equal(1, source.Served);
    }

    [Fact]
    public async Task A_call_is_done_on_the_loop_s_thread_and_its_value_awaited_elsewhere()
    {
        var ended = false;
        var thread = new Thread(() =>
        {
            while (!ended)
                _loop.Turn(null);
        });
        thread.Start();
        var doneBy = await _loop.CallAsync(() => Environment.CurrentManagedThreadId);
        Assert.Equal(thread.ManagedThreadId, doneBy);
        Assert.NotEqual(thread.ManagedThreadId, Environment.CurrentManagedThreadId);
        _loop.Post(() => ended = true);
        thread.Join();
    }

    [Fact]
    public async Task A_call_that_throws_fails_for_its_caller_and_not_for_the_loop()
    {
        var call = _loop.CallAsync<int>(() => throw new InvalidOperationException("refused"));
        _loop.Turn(Clock.Now + TimeSpan.FromSeconds(10));
        Assert.Equal("refused", (await Assert.ThrowsAsync<InvalidOperationException>(() => call)).Message);
        Assert.Empty(_failures);
    }

    [Fact]
    public void A_turn_ends_at_its_deadline()
    {
        var deadline = Clock.Now + TimeSpan.FromMilliseconds(30);
        _loop.Turn(deadline);
        Assert.True(Clock.Now >= deadline);
    }

    private sealed class Source : IDescriptorHandler
    {
        private readonly int _write;

        internal Source(Action? serve = null)
        {
            Serve = serve ?? (() => { });
            (Read, _write) = Descriptors.Pipe();
        }

        internal int Read { get; }

        internal int Served { get; private set; }

        internal Action Serve { get; set; }

        internal void Say() => Descriptors.WriteAll(_write, "x"u8);

        void IDescriptorHandler.OnReady(Readiness readiness)
        {
            Served++;
            Serve();
        }
    }
}
