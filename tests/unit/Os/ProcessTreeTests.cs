using System.Diagnostics;
using Init.Os;
using Xunit;

namespace Init.Unit.Os;

public sealed class ProcessTreeTests
{
    [Fact]
    public async Task Ancestors_that_go_round_because_they_were_read_one_after_the_other_are_nobodys()
    {
        // 3 had the pid of an ancestor of 5 when 5 was read, and has since been given to a child of it.
        var parents = new Dictionary<int, int> { [2] = 1, [3] = 5, [5] = 4, [4] = 3, [6] = 2, [7] = 6, [8] = 7 };
        Assert.Equal([6, 7, 8], (await Task.Run(() => ProcessTree.Descendants(parents, 2)).WaitAsync(TimeSpan.FromSeconds(20))).Order());
    }

    [Fact]
    public void A_process_its_children_and_who_is_in_its_session_belong_to_it()
    {
        // The shell of the new session leaves an orphan behind in it.
        using var shell = Process.Start(new ProcessStartInfo("setsid", ["sh", "-c", "sleep 60 & (sleep 60 & echo $!); echo $$; cat"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var orphan = int.Parse(shell.StandardOutput.ReadLine()!);
        var leader = int.Parse(shell.StandardOutput.ReadLine()!);
        try
        {
            Assert.True(ProcessTree.BelongsTo(leader, leader));
            Assert.True(ProcessTree.BelongsTo(orphan, leader));
            Assert.All(ProcessTree.Descendants(leader), child => Assert.True(ProcessTree.BelongsTo(child, leader)));
            Assert.NotEmpty(ProcessTree.Descendants(leader));
            Assert.False(ProcessTree.BelongsTo(Environment.ProcessId, leader));
            Assert.False(ProcessTree.BelongsTo(leader, orphan));
            Assert.False(ProcessTree.BelongsTo(int.MaxValue, leader)); // there is none
        }
        finally
        {
            _ = Children.Signal(-leader, Signals.SIGKILL);
            shell.WaitForExit();
        }
    }
}
