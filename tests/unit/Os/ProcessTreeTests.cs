using System.Diagnostics;
using Init.Os;
using Xunit;

namespace Init.Unit.Os;

public sealed class ProcessTreeTests
{
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
