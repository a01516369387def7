using Init.Os;
using Init.Supervision;
using Xunit;

namespace Init.Unit.Supervision;

public class MemoryLimitsTests
{
    /// <summary>A master with two workers that share 90 of their 100 with it, and another tree.</summary>
    private static readonly ProcessStat[] _processes =
        [Stat(1, 0, 5), Stat(10, 1, 100), Stat(11, 10, 100), Stat(12, 11, 100), Stat(13, 10, 1000, isDead: true), Stat(20, 1, 100)];

    private static ProcessStat Stat(int pid, int parent, long bytes, bool isDead = false) => new(pid, parent, pid, pid, isDead, TimeSpan.Zero, isDead ? 0 : bytes);

    private static readonly List<int> _asked = [];

    private static long PartOf(int pid)
    {
        _asked.Add(pid);
        return 40;
    }

    private static Dictionary<int, long> Excessive(params (int Pid, long Max)[] limits)
    {
        _asked.Clear();
        return MemoryLimits.Excessive(limits.ToDictionary(limit => limit.Pid, limit => limit.Max), _processes, PartOf);
    }

    [Fact]
    public void A_tree_within_its_limit_by_the_quick_sum_is_not_looked_at_closely()
    {
        Assert.Empty(Excessive((10, 300), (20, 100)));
        Assert.Empty(_asked);
    }

    [Fact]
    public void Shared_pages_are_not_counted_twice()
    {
        Assert.Empty(Excessive((10, 120), (20, 100)));
        Assert.Equal([10, 11, 12], _asked); // children of children too, and no zombie
    }

    [Fact]
    public void A_tree_that_uses_more_is_told_with_how_much() =>
        Assert.Equal([KeyValuePair.Create(10, 120L)], Excessive((10, 119), (20, 100), (99, 1)));

    [Fact]
    public void The_kernel_s_forms_are_understood()
    {
        Assert.Equal(1234L * 1024, ProcessMemory.Proportional("55d0-7ffe ---p 00000000 00:00 0 [rollup]\nRss:  5000 kB\nPss:                1234 kB\nPss_Dirty:  9 kB\n"));
        Assert.Null(ProcessMemory.Proportional(""));
        Assert.Equal(30L * 4096, ProcessMemory.Unshared("1000 50 20 1 0 40 0\n", 4096));
        Assert.Null(ProcessMemory.Unshared("", 4096));
    }

    [Fact]
    public void Our_own_part_is_known() => Assert.InRange(ProcessMemory.PartOf(Environment.ProcessId), 1 << 20, long.MaxValue);

    [Fact]
    public void Nothing_is_the_part_of_one_that_is_gone() => Assert.Equal(0, ProcessMemory.PartOf(int.MaxValue));

    [Theory]
    [InlineData(222_822_400, "212.5 MB", "217600KB")]
    [InlineData(209_715_200, "200 MB", "200MB")]
    [InlineData(1_610_612_736, "1.5 GB", "1536MB")]
    [InlineData(2_147_483_648, "2 GB", "2GB")]
    [InlineData(1000, "1 KB", "1000")]
    public void Sizes_are_told(long bytes, string size, string limit) => Assert.Equal((size, limit), (MemoryLimits.Size(bytes), MemoryLimits.Limit(bytes)));
}
