using Init.Loop;
using Init.Os;
using Xunit;

namespace Init.Unit.Loop;

public sealed class FileWatcherTests : IDisposable
{
    private readonly ScratchDirectory _here = new();
    private readonly EventLoop _loop;
    private readonly List<Exception> _failures = [];
    private readonly string _path;
    private int _calls;

    public FileWatcherTests()
    {
        _loop = new EventLoop((_, failure) => _failures.Add(failure));
        _path = Path.Combine(_here.Path, "log");
        File.WriteAllText(_path, "");
    }

    public void Dispose()
    {
        _loop.Dispose();
        Assert.Empty(_failures);
        _here.Dispose();
    }

    /// <summary>Whether a turn of the loop, which need not wait for the kernel here, has called back.</summary>
    private bool IsTold()
    {
        var before = _calls;
        _loop.Turn(Clock.Now);
        return _calls > before;
    }

    private void Count() => _calls++;

    [Fact]
    public void It_tells_of_what_another_writes()
    {
        Assert.NotNull(_loop.Files.Watch(_path, Count));
        Assert.False(IsTold());
        File.AppendAllText(_path, "x");
        Assert.True(IsTold());
        Assert.False(IsTold());
    }

    [Fact]
    public void It_tells_of_a_new_name_and_of_the_end()
    {
        _loop.Files.Watch(_path, Count);
        File.Move(_path, _path + ".1");
        Assert.True(IsTold());
        File.Delete(_path + ".1");
        Assert.True(IsTold());
        Assert.False(IsTold());
    }

    [Fact]
    public void Two_who_watch_one_file_are_both_told_and_one_of_them_still_when_the_other_ends()
    {
        var others = 0;
        var end = _loop.Files.Watch(_path, () => others++);
        _loop.Files.Watch(_path, Count);
        File.AppendAllText(_path, "x");
        Assert.True(IsTold());
        Assert.Equal(1, others);
        end!();
        File.AppendAllText(_path, "x");
        Assert.True(IsTold());
        Assert.Equal(1, others);
    }

    [Fact]
    public void Nobody_is_told_after_the_last_has_ended_and_watching_can_begin_again()
    {
        _loop.Files.Watch(_path, Count)!();
        File.AppendAllText(_path, "x");
        Assert.False(IsTold());
        _loop.Files.Watch(_path, Count);
        File.AppendAllText(_path, "x");
        Assert.True(IsTold());
    }

    [Fact]
    public void One_that_throws_keeps_nobody_from_hearing_of_it_then_or_later()
    {
        var other = _here["other"];
        File.WriteAllText(other, "");
        _loop.Files.Watch(_path, () => throw new InvalidOperationException("one"));
        _loop.Files.Watch(other, () => throw new InvalidOperationException("two"));
        _loop.Files.Watch(_path, Count);
        _loop.Files.Watch(other, Count);
        for (var times = 1; times <= 2; times++)
        {
            File.AppendAllText(_path, "x");
            File.AppendAllText(other, "x");
            Assert.True(IsTold());
            Assert.Equal(2 * times, _calls);
            Assert.Equal(["one", "two"], _failures.Select(failure => failure.Message).Order());
            _failures.Clear();
        }
    }

    [Fact]
    public void A_file_that_is_not_there_cannot_be_watched() => Assert.Null(_loop.Files.Watch(_path + ".no", Count));
}
