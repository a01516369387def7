using Init.Loop;
using Init.Os;
using Init.Processes;
using Xunit;

namespace Init.Unit.Processes;

public sealed class ChildInputTests : IDisposable
{
    private readonly EventLoop _loop = new((_, failure) => Assert.Fail(failure.ToString()));
    private readonly int _read;
    private readonly ChildInput _input;
    private bool _isRead = true;

    public ChildInputTests()
    {
        (_read, var write) = Descriptors.Pipe();
        Descriptors.SetNonBlocking(_read);
        _input = new ChildInput(write, _loop);
    }

    public void Dispose()
    {
        _input.Dispose();
        CloseReader();
        _loop.Dispose();
    }

    private void CloseReader()
    {
        if (_isRead)
            Descriptors.Close(_read);
        _isRead = false;
    }

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    /// <summary>What the program reads while the loop turns, until there is no more.</summary>
    private byte[] ReadAll(int piece = 64 * 1024)
    {
        var all = new List<byte>();
        var buffer = new byte[piece];
        while (Descriptors.Read(_read, buffer) is > 0 and var count)
        {
            all.AddRange(buffer.AsSpan(0, count));
            _loop.Turn(Clock.Now);
        }
        return [.. all];
    }

    [Fact]
    public void What_fits_is_written_at_once()
    {
        Assert.Equal(InputResult.Taken, _input.Write("one\n"u8));
        Assert.Equal(InputResult.Taken, _input.Write("two\n"u8));
        Assert.Equal("one\ntwo\n"u8.ToArray(), ReadAll());
    }

    [Fact] // R-083; Supervisor answers HTTP 500 to the next call
    public void What_does_not_fit_waits_and_arrives_whole_and_in_order()
    {
        var (first, second) = (Bytes(300_000), Bytes(100_001));
        Assert.Equal(InputResult.Taken, _input.Write(first));
        Assert.Equal(InputResult.Taken, _input.Write(second));
        Assert.True(ReadAll(4096).SequenceEqual(first.Concat(second)));
        Assert.Equal(InputResult.Taken, _input.Write("after"u8));
        Assert.Equal("after"u8.ToArray(), ReadAll());
    }

    [Fact]
    public void More_than_is_kept_is_refused_whole()
    {
        var much = new byte[ChildInput.MostWaiting];
        Assert.Equal(InputResult.Taken, _input.Write(much));
        Assert.Equal(InputResult.Full, _input.Write(much));
        var buffer = new byte[4096];
        long total = 0;
        while (Descriptors.Read(_read, buffer) is > 0 and var count)
        {
            total += count;
            _loop.Turn(Clock.Now);
        }
        Assert.Equal(ChildInput.MostWaiting, total);
        Assert.Equal(InputResult.Taken, _input.Write("room again"u8));
    }

    [Fact]
    public void Once_the_program_has_closed_it_nothing_is_taken()
    {
        CloseReader();
        Assert.Equal(InputResult.Closed, _input.Write("x"u8));
        Assert.Equal(InputResult.Closed, _input.Write("x"u8));
    }

    [Fact]
    public void A_program_that_closes_it_while_text_waits_costs_that_text_and_no_turns()
    {
        _input.Write(Bytes(300_000));
        CloseReader();
        _loop.Turn(Clock.Now + TimeSpan.FromSeconds(5));
        Assert.Equal(InputResult.Closed, _input.Write(new byte[ChildInput.MostWaiting + 1]));
        // Nothing is watched any more: a turn lasts until its deadline.
        var deadline = Clock.Now + TimeSpan.FromMilliseconds(20);
        _loop.Turn(deadline);
        Assert.True(Clock.Now >= deadline);
    }

    [Fact]
    public void While_nothing_waits_the_pipe_is_not_watched()
    {
        _input.Write("x"u8);
        var deadline = Clock.Now + TimeSpan.FromMilliseconds(20);
        _loop.Turn(deadline);
        Assert.True(Clock.Now >= deadline);
    }

    [Fact]
    public void Disposed_of_it_ends_the_program_s_input()
    {
        _input.Write("last"u8);
        using (var other = new EventLoop((_, _) => { }))
        {
            var (read, write) = Descriptors.Pipe();
            new ChildInput(write, other).Dispose();
            Assert.Equal(0, Descriptors.Read(read, new byte[1]));
            Descriptors.Close(read);
        }
        Assert.Equal("last"u8.ToArray(), ReadAll());
    }
}
