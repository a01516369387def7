using System.Diagnostics;
using Init.Config;
using Init.Os;
using Init.Processes;
using Init.Unit.Output;
using Xunit;

namespace Init.Unit.Processes;

/// <summary>stop_tree's looks at all processes, of which each costs: how many there are, and when there is another.</summary>
public sealed class TreeEndTests : IDisposable
{
    private readonly OutputHarness _here = new(level: LogLevel.Debug, echo: false);
    private readonly Reports _reports = new();
    private readonly List<Process> _processes = [];
    private int _passes;

    public void Dispose()
    {
        foreach (var tree in _reports.Trees.ToArray())
            tree.Abandon();
        foreach (var process in _processes)
        {
            if (!process.HasExited)
                process.Kill();
            process.Dispose();
        }
        _here.Dispose();
    }

    [Fact]
    public void All_that_end_in_one_turn_share_a_pass()
    {
        for (var i = 0; i < 5; i++)
        {
            var mark = TreeMark.New()!.Value;
            Leave(mark);
            Begin($"p{i}", mark);
        }
        Look();
        Assert.Equal((5, 1), (_reports.Trees.Count, _passes));
        foreach (var process in _processes)
            process.WaitForExit(); // of SIGTERM
        _here.Loop.Turn(Clock.Now); // tells of all of them
        Look();
        Assert.Equal((0, 2), (_reports.Trees.Count, _passes));
        Look();
        Assert.Equal(2, _passes);
    }

    [Fact]
    public void Who_has_vanished_during_the_pass_may_have_forked_and_is_looked_for_again()
    {
        var mark = TreeMark.New()!.Value;
        Begin("p", mark);
        Look([(int.MaxValue, mark.Limit)]);
        Assert.Single(_reports.Trees);
        var child = Leave(mark);
        var deadline = Clock.Now + TimeSpan.FromSeconds(20);
        for (; _reports.Trees.Count > 0 && Clock.Now < deadline; Look())
            _here.Loop.Turn(Clock.Now + TimeSpan.FromMilliseconds(50));
        Assert.Empty(_reports.Trees);
        Assert.True(child.WaitForExit(20_000));
        Assert.Contains($"INFO ending what p left behind with SIGTERM: sleep ({child.Id})", _here.ActivityText);
    }

    [Theory]
    [InlineData(false, "INFO")]
    [InlineData(true, "DEBG")]
    public void In_a_crash_loop_it_is_said_as_quietly_as_all_else(bool isQuiet, string level)
    {
        var mark = TreeMark.New()!.Value;
        Leave(mark);
        Begin("p", mark, isQuiet);
        Look();
        Assert.Contains($"{level} ending what p left behind with SIGTERM: sleep (", _here.ActivityText);
    }

    private void Begin(string name, TreeMark mark, bool isQuiet = false)
    {
        var context = new ProcessContext(_here.Outlets, new Dictionary<string, string>(), [], null, new Prober(_here.Loop), _reports);
        TreeEnd.Begin(context, new TreeEndRequest(name, name, name, mark, Signals.SIGTERM, Clock.Now + TimeSpan.FromSeconds(60), isQuiet));
    }

    private void Look(List<(int Pid, ulong Limit)>? marks = null) => TreeEnd.LookWhereDue(_reports, () =>
    {
        _passes++;
        return marks ?? ProcessTree.Marks();
    });

    /// <summary>A process that a program with that mark could have left behind, once it is what it will be.</summary>
    private Process Leave(TreeMark mark)
    {
        var process = Process.Start("prlimit", [$"--rttime={mark.Limit}:{mark.Limit}", "sleep", "600"]);
        _processes.Add(process);
        Assert.True(SpinWait.SpinUntil(
            () => ProcessTree.Marked(mark, ProcessTree.Marks()) is [var one] && one.Name == "sleep", 20_000));
        return process;
    }
}
