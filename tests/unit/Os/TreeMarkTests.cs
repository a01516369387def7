using System.Diagnostics;
using Init.Os;
using Xunit;

namespace Init.Unit.Os;

public sealed class TreeMarkTests
{
    [Fact]
    public void A_mark_is_lower_than_what_there_was_and_no_limit_to_anything()
    {
        var mark = TreeMark.Below(ResourceLimit.Unlimited, (ulong)Random.Shared.NextInt64())!.Value;
        Assert.InRange(mark.Limit, 1UL << 62, (1UL << 63) - 1);
        Assert.True(mark.Covers(mark.Limit));
        Assert.False(mark.Covers(ResourceLimit.Unlimited));
        Assert.False(mark.Covers(0));
    }

    [Fact]
    public void Each_run_has_its_own()
    {
        var marks = Enumerable.Range(0, 1000).Select(_ => TreeMark.New()!.Value).ToList();
        Assert.Equal(1000, marks.Distinct().Count());
        Assert.All(marks.Skip(1), mark => Assert.False(marks[0].Covers(mark.Limit)));
    }

    [Fact]
    public void A_supervisor_below_a_mark_makes_marks_that_it_covers_and_that_cover_nothing_else()
    {
        var (outer, other) = (TreeMark.Below(ResourceLimit.Unlimited, 1UL << 40)!.Value, TreeMark.Below(ResourceLimit.Unlimited, 2UL << 40)!.Value);
        foreach (var chance in new ulong[] { 0, 1, 268435454, 268435455, ulong.MaxValue })
        {
            var inner = TreeMark.Below(outer.Limit, chance)!.Value;
            Assert.True(inner.Limit < outer.Limit); // it may not be raised
            Assert.True(outer.Covers(inner.Limit));
            Assert.False(other.Covers(inner.Limit));
            Assert.False(inner.Covers(outer.Limit));
            Assert.Null(TreeMark.Below(inner.Limit, chance));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(200_000)] // what is given to programs that make sound
    public void Below_another_limit_there_is_none(ulong own) => Assert.Null(TreeMark.Below(own, 7));

    [Fact]
    public void What_is_marked_is_found_wherever_it_has_gone_and_nothing_else_is()
    {
        var mark = TreeMark.New()!.Value;
        using var marked = Process.Start("prlimit", [$"--rttime={mark.Limit}:{mark.Limit}", "sh", "-c", "setsid env -i sleep 600 & exec sleep 600"]);
        using var other = Process.Start("prlimit", [$"--rttime={TreeMark.New()!.Value.Limit}", "sleep", "600"]);
        try
        {
            List<ProcessHandle> found = [];
            Assert.True(SpinWait.SpinUntil(() => (found = ProcessTree.Marked(mark, ProcessTree.Marks())).Count(handle => handle.Name == "sleep") == 2, 20_000));
            Assert.Contains(found, handle => handle.Pid == marked.Id);
            Assert.DoesNotContain(found, handle => handle.Pid == other.Id);
            Assert.All(found, handle => Assert.Equal(0, handle.Signal(Signals.SIGKILL)));
            Assert.True(SpinWait.SpinUntil(() => ProcessTree.Marked(mark, ProcessTree.Marks()).Count == 0, 20_000));
            Assert.All(found, handle => handle.Dispose());
        }
        finally
        {
            foreach (var handle in ProcessTree.Marked(mark, ProcessTree.Marks()))
                handle.Signal(Signals.SIGKILL);
            other.Kill();
        }
    }

    [Fact]
    public void Who_has_ended_since_the_pass_is_told_and_others_are_not()
    {
        var (mark, other) = (TreeMark.New()!.Value, TreeMark.New()!.Value);
        List<(int Pid, TimeSpan? Started)> ended = [];
        Assert.Empty(ProcessTree.Marked(mark, [(int.MaxValue, mark.Limit), (int.MaxValue - 1, other.Limit)], ended));
        Assert.Equal([(int.MaxValue, null)], ended);
    }

    [Fact]
    public void A_process_whose_first_thread_has_ended_lives_as_long_as_another_does()
    {
        const string stat = " 0 0 0 0 -1 0 0 0 0 0 0 0 0 20 0 {0} 0 100 0 0 0 0\n";
        Assert.False(IsDead('Z', 3));
        Assert.True(IsDead('Z', 1));
        Assert.True(IsDead('X', 3));
        Assert.False(IsDead('S', 1));

        static bool IsDead(char state, int threads)
        {
            var line = $"7 (x) {state} 1{stat.Replace("{0}", $"{threads}", StringComparison.Ordinal)}";
            Assert.True(ProcessStat.TryParse(System.Text.Encoding.ASCII.GetBytes(line), 4096, out var process));
            return process.IsDead;
        }
    }

    [Fact]
    public void A_process_reads_as_it_is_and_one_that_has_ended_does_not()
    {
        using var child = Process.Start("sleep", ["600"]);
        Assert.True(ProcessStat.TryRead(child.Id, out var stat));
        Assert.Equal(Children.OwnPid, stat.Parent);
        Assert.True(stat.Started > TimeSpan.Zero);
        using var handle = ProcessHandle.Open(child.Id)!;
        Assert.Equal(stat.Started, handle.Started);
        Assert.True(SpinWait.SpinUntil(() => handle.Name == "sleep", 20_000)); // once it is executed
        Assert.Equal(0, handle.Signal(0));
        child.Kill();
        child.WaitForExit();
        Assert.Equal(Errno.ESRCH, handle.Signal(0));
        Assert.False(ProcessStat.TryRead(child.Id, out _));
        Assert.Null(ProcessHandle.Open(child.Id));
    }
}
