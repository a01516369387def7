using System.Text;
using Init.Loop;
using Init.Os;
using Init.Output;
using Xunit;

namespace Init.Unit.Output;

public sealed class LogFollowerTests : IDisposable
{
    private readonly ScratchDirectory _here = new();
    private readonly EventLoop _loop = new((_, failure) => Assert.Fail(failure.ToString()));
    private readonly Source _source = new();

    public void Dispose()
    {
        _loop.Dispose();
        _here.Dispose();
    }

    private sealed class Source : ILogSource
    {
        public string? File { get; set; }
        public OutputRing Ring { get; } = new(16);
        public event Action? Changed;
        public bool IsClosed { get; private set; }
        internal bool IsListenedTo => Changed is not null;

        internal void Say(string text)
        {
            if (File is null)
                Ring.Append(Encoding.UTF8.GetBytes(text));
            else
                System.IO.File.AppendAllText(File, text);
            Changed?.Invoke();
        }

        internal void Clear()
        {
            Ring.Clear();
            Changed?.Invoke();
        }

        internal void Close()
        {
            IsClosed = true;
            Changed?.Invoke();
        }
    }

    /// <summary>Turns the loop until a task that needs it is over.</summary>
    private T Run<T>(Task<T> task)
    {
        var patience = Clock.Now + TimeSpan.FromSeconds(10);
        while (!task.IsCompleted)
        {
            Assert.True(Clock.Now < patience, "it takes too long");
            _loop.Turn(Clock.Now + TimeSpan.FromMilliseconds(1));
        }
        return task.GetAwaiter().GetResult();
    }

    private LogFollower Follow(int fromEnd = 8) => Run(LogFollower.OpenAsync(_loop, () => _source, fromEnd))!;

    private string Rest(LogFollower follower, int piece = 5)
    {
        var text = new StringBuilder();
        var buffer = new byte[piece];
        while (Run(follower.ReadAsync(buffer).AsTask()) is > 0 and var count)
            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        return text.ToString();
    }

    private bool Wait(LogFollower follower) => Run(follower.WaitAsync(CancellationToken.None));

    [Fact]
    public void Of_no_log_there_is_no_follower() => Assert.Null(Run(LogFollower.OpenAsync(_loop, () => null, 8)));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_begins_near_the_end_and_reads_what_is_added_once(bool hasFile)
    {
        _source.File = hasFile ? _here["log"] : null;
        _source.Say("0123456789");
        using var follower = Follow();
        Assert.Equal("23456789", Rest(follower));
        Assert.Equal("", Rest(follower));
        _source.Say("abc");
        Assert.True(Wait(follower));
        Assert.Equal("abc", Rest(follower));
    }

    [Fact]
    public void Many_changes_are_one_wake()
    {
        using var follower = Follow();
        foreach (var text in new[] { "a", "b", "c" })
            _source.Say(text);
        Assert.True(Wait(follower));
        Assert.Equal("abc", Rest(follower));
        Assert.False(follower.WaitAsync(CancellationToken.None).IsCompleted);
    }

    [Fact]
    public void Of_what_memory_has_lost_the_rest_is_read()
    {
        using var follower = Follow();
        _source.Say("one ");
        Assert.Equal("one ", Rest(follower));
        _source.Say("0123456789");
        _source.Say("abcdefghij");
        Assert.Equal("456789abcdefghij", Rest(follower));
        Assert.Equal("", Rest(follower));
    }

    [Fact]
    public void Cleared_memory_is_read_anew()
    {
        using var follower = Follow();
        _source.Say("before it");
        Assert.Equal("before it", Rest(follower));
        _source.Clear();
        _source.Say("new");
        Assert.Equal("new", Rest(follower));
    }

    [Fact]
    public void Once_the_log_is_closed_what_it_has_is_read_and_nothing_awaited()
    {
        using var follower = Follow();
        _source.Say("last");
        _source.Close();
        Assert.Equal("last", Rest(follower));
        Assert.False(Wait(follower));
    }

    [Fact]
    public void One_who_waits_is_told_of_the_end()
    {
        using var follower = Follow();
        var waiting = follower.WaitAsync(CancellationToken.None);
        _source.Close();
        Assert.True(Run(waiting));
        Assert.Equal("", Rest(follower));
        Assert.False(Wait(follower));
    }

    [Fact]
    public async Task A_reader_that_is_gone_waits_no_more()
    {
        using var follower = Follow();
        using var gone = new CancellationTokenSource();
        var waiting = follower.WaitAsync(gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public void Disposed_of_it_does_not_listen_any_more()
    {
        var follower = Follow();
        Assert.True(_source.IsListenedTo);
        follower.Dispose();
        _loop.Turn(Clock.Now);
        Assert.False(_source.IsListenedTo);
    }
}
