using System.Text;
using Init.Os;
using Xunit;

namespace Init.Unit.Os;

public class ProcessResourcesTests
{
    private const string Rest = "1 1 0 -1 4194560 100 0 0 0 150 50 20 30 20 0 1 0 9000 1000000 25 18446744073709551615 1 1 0 0\n";

    [Theory]
    [InlineData("sh")]
    [InlineData("a) S 7 (b")]
    [InlineData("two\nlines ) R 1")]
    public void A_stat_line_is_understood_whatever_the_name_holds(string name)
    {
        Assert.True(ProcessStat.TryParse(Encoding.UTF8.GetBytes($"12 ({name}) S 4 {Rest}"), 4096, out var stat));
        Assert.Equal(new ProcessStat(12, 4, Group: 1, Session: 1, IsDead: false, TimeSpan.FromSeconds(2.5), 25 * 4096), stat);
    }

    [Theory]
    [InlineData("")]
    [InlineData("12 (sh")]
    [InlineData("x (sh) S 4 1 1")]
    [InlineData("12 (sh) S 4 1 1")]
    [InlineData("12 (sh) S four 1 1 0 -1 4194560 100 0 0 0 150 50 20 30 20 0 1 0 9000 1000000 25 1")]
    public void What_is_no_stat_line_is_refused(string line) =>
        Assert.False(ProcessStat.TryParse(Encoding.UTF8.GetBytes(line), 4096, out _));

    [Fact]
    public void A_zombie_is_known_as_dead()
    {
        Assert.True(ProcessStat.TryParse(Encoding.UTF8.GetBytes($"12 (sh) Z 4 {Rest}"), 4096, out var stat));
        Assert.True(stat.IsDead);
    }

    [Fact]
    public void A_tree_is_the_sum_of_all_that_descends_from_its_root()
    {
        ProcessStat[] processes =
        [
            Stat(1, 0, 1), Stat(10, 1, 10), Stat(11, 10, 20), Stat(12, 11, 40), Stat(20, 1, 80), Stat(30, 1, 160), Stat(13, 10, 0, isDead: true),
        ];
        var usage = ProcessResources.Trees([10, 20, 99], processes);
        Assert.Equal(2, usage.Count); // 99 is gone
        Assert.Equal(new TreeUsage(3, 70, TimeSpan.FromSeconds(4)), usage[10]);
        Assert.Equal(new TreeUsage(1, 80, TimeSpan.FromSeconds(1)), usage[20]);
    }

    [Fact]
    public void A_circle_and_a_parent_that_is_not_seen_belong_to_nobody()
    {
        ProcessStat[] processes = [Stat(10, 1, 1), Stat(40, 41, 1), Stat(41, 40, 1), Stat(50, 77, 1)];
        Assert.Equal(1, ProcessResources.Trees([10], processes)[10].ResidentBytes);
    }

    [Fact]
    public void We_are_seen_in_our_own_proc()
    {
        var usage = ProcessResources.Trees([Environment.ProcessId]);
        Assert.True(usage[Environment.ProcessId].ResidentBytes > 1024 * 1024);
        Assert.True(usage[Environment.ProcessId].Cpu > TimeSpan.Zero);
    }

    private static ProcessStat Stat(int pid, int parent, long resident, bool isDead = false) => new(pid, parent, 0, 0, isDead, TimeSpan.FromSeconds(1), resident);
}
