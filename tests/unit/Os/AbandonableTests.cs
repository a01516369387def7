using Init.Os;
using Xunit;

namespace Init.Unit.Os;

public sealed class AbandonableTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    [Fact]
    public void Work_that_ends_in_time_is_done()
    {
        var done = false;
        Assert.True(Abandonable.TryWithin(_patience, Key(), () => done = true));
        Assert.True(done);
    }

    [Fact]
    public void Work_that_hangs_is_not_waited_for_and_not_begun_twice()
    {
        var key = Key();
        using var stuck = new ManualResetEventSlim();
        Assert.False(Abandonable.TryWithin(TimeSpan.FromMilliseconds(1), key, stuck.Wait));
        Assert.False(Abandonable.TryStart(key, () => 0, _ => { }));
        Assert.True(Abandonable.TryWithin(_patience, Key(), () => { }));
        stuck.Set();
        Assert.True(SpinWait.SpinUntil(() => Abandonable.TryStart(key, () => 0, _ => { }), _patience));
    }

    [Fact]
    public void The_same_may_be_begun_again_by_whoever_hears_that_it_is_done()
    {
        var key = Key();
        using var all = new ManualResetEventSlim();
        var rounds = 0;
        Begin();
        Assert.True(all.Wait(_patience));

        void Begin() => Assert.True(Abandonable.TryStart(key, () => ++rounds, round =>
        {
            if (round == 1000)
                all.Set();
            else
                Begin();
        }));
    }

    [Fact]
    public void However_many_hang_the_caller_goes_on_and_later_work_is_done_when_they_have_ended()
    {
        using var stuck = new ManualResetEventSlim();
        var begun = 0;
        for (var n = 0; n < 200; n++)
            begun += Abandonable.TryStart(Key(), () => { stuck.Wait(); return 0; }, _ => { }) ? 1 : 0;
        Assert.InRange(begun, 1, 199);
        stuck.Set();
        Assert.True(SpinWait.SpinUntil(() => Abandonable.TryWithin(_patience, Key(), () => { }), _patience));
    }

    [Fact]
    public void An_exception_is_the_end_of_nothing()
    {
        Assert.True(Abandonable.TryStart<int>(Key(), () => throw new InvalidOperationException(), _ => { }));
        Assert.True(Abandonable.TryWithin(_patience, Key(), () => { }));
    }

    private static string Key() => Guid.NewGuid().ToString();
}
