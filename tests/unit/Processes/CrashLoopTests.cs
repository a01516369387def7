using Init.Config;
using Init.Processes;
using Init.States;
using Xunit;
using static Init.Unit.Processes.MachineTestbed;

namespace Init.Unit.Processes;

/// <summary>restart_backoff in the machine: waits, and what is said of a program that keeps ending.</summary>
public sealed class CrashLoopTests
{
    private static MachineTestbed Foo(double min, double max, Func<ProcessConfig, ProcessConfig>? change = null)
    {
        var config = Program(config => config with
        {
            StartSecs = 0,
            AutoRestart = AutoRestart.Always,
            RestartBackoff = new RestartBackoff(TimeSpan.FromSeconds(min), TimeSpan.FromSeconds(max)),
        });
        return new MachineTestbed(change is null ? config : change(config));
    }

    [Fact]
    public void Restarts_wait_twice_as_long_each_time_up_to_the_longest()
    {
        var foo = Foo(1, 5).Start();
        foreach (var wait in new[] { 1, 2, 4, 5, 5 })
        {
            foo.Wait(1).Exit(1);
            Assert.Equal(TimeSpan.FromSeconds(wait), foo.DueIn());
            Assert.Null(foo.DueIn(mayRestart: false));
            foo.Wait(wait - 0.1);
            Assert.Equal(ProcessState.Exited, foo.State);
            foo.Wait(0.1).Give(ProcessInput.Spawned(7));
            Assert.Equal(ProcessState.Running, foo.State);
        }
    }

    [Fact]
    public void A_run_as_long_as_the_longest_wait_makes_it_forget()
    {
        var foo = Foo(1, 5).Start().Exit(1).Wait(1).Give(ProcessInput.Spawned(7)).Exit(1);
        Assert.Equal(TimeSpan.FromSeconds(2), foo.DueIn());
        foo.Wait(2).Give(ProcessInput.Spawned(8)).Wait(5).Exit(1);
        Assert.Equal(TimeSpan.FromSeconds(1), foo.DueIn());
        Assert.Equal(1, foo.Status.Ends);
    }

    [Fact]
    public void Retries_wait_in_the_same_way_and_are_counted_as_ever()
    {
        var foo = Foo(0.5, 30, config => config with { StartSecs = 1, StartRetries = 3 }).Start();
        foreach (var wait in new[] { 0.5, 1, 2 })
        {
            foo.Exit(1);
            Assert.Equal(TimeSpan.FromSeconds(wait), foo.DueIn());
            foo.Wait(wait).Give(ProcessInput.Spawned(7));
        }
        Assert.Equal(ProcessState.Fatal, foo.Exit(1).Wait(0).State);
        Assert.DoesNotContain(foo.Logged, line => line.Contains("crash loop", StringComparison.Ordinal)); // giving up says it all
    }

    [Fact]
    public void A_start_by_hand_does_not_wait_and_forgets()
    {
        var foo = Foo(2, 30).Start().Exit(1).Wait(2).Give(ProcessInput.Spawned(7)).Exit(1);
        foo.Start(8);
        Assert.Equal(ProcessState.Running, foo.State);
        Assert.Equal(0, foo.Status.Ends);
        foo.Exit(1);
        Assert.Equal(TimeSpan.FromSeconds(2), foo.DueIn());
    }

    [Fact]
    public void A_stop_ends_the_wait()
    {
        var foo = Foo(10, 30).Start().Exit(1).Give(ProcessInput.Stop);
        Assert.Equal(ProcessState.Stopped, foo.State);
        Assert.Null(foo.DueIn());
    }

    [Fact]
    public void From_the_fourth_end_on_one_line_a_minute_stands_for_those_of_each_try()
    {
        var foo = Foo(1, 30).Start().Exit(1);
        for (var run = 2; run <= 3; run++)
            Again(foo).Exit(1);
        Assert.Equal(3, foo.Logged.Count(line => line == "Warn exited: foo (exit status 1; not expected)"));
        Assert.Equal(3, foo.Logged.Count(line => line.StartsWith("Info spawned:", StringComparison.Ordinal)));
        Again(foo).Exit(3);
        Assert.Equal(
            ["Debug exited: foo (exit status 3; not expected)", "Warn foo is in a crash loop: 4 ends in the last minute, last by exit status 3; next try in 8 s"],
            foo.Logged.TakeLast(2));
        var before = foo.Logged.Count();
        for (var run = 5; run <= 6; run++) // after 8 and 16 s
            Again(foo).Die(9);
        Assert.All(foo.Logged.Skip(before), line => Assert.StartsWith("Debug ", line, StringComparison.Ordinal));
        Again(foo).Exit(1); // after 30 s: 54 since it was said
        Again(foo).Exit(1);
        Assert.Equal("Warn foo is in a crash loop: 4 ends in the last 84 s, last by exit status 1; next try in 30 s", foo.Logged.Last());
        Assert.Equal(2, foo.Logged.Count(line => line.Contains("crash loop", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_end_of_it_is_said_when_it_has_run_long_enough()
    {
        var foo = Foo(1, 4).Start().Exit(1);
        for (var run = 2; run <= 5; run++)
            Again(foo).Exit(1);
        Again(foo);
        Assert.Equal(TimeSpan.FromSeconds(4), foo.DueIn());
        foo.Wait(4);
        Assert.Equal("Info foo is out of its crash loop: it has been up for 4 s", foo.Logged.Last());
        Assert.Equal(ProcessState.Running, foo.State);
        Assert.Null(foo.DueIn());
        foo.Exit(1);
        Assert.Equal("Warn exited: foo (exit status 1; not expected)", foo.Logged.Last());
        Assert.Equal(TimeSpan.FromSeconds(1), foo.DueIn());
    }

    [Fact]
    public void Listeners_hear_of_every_end()
    {
        var foo = Foo(1, 2).Start().Exit(1);
        for (var run = 2; run <= 6; run++)
            Again(foo).Exit(1);
        Assert.Equal(6, foo.Actions.OfType<ProcessAction.Tell>().Count(told => told.To == ProcessState.Exited));
    }

    [Fact] // however long that took
    public void A_run_that_never_became_ready_is_not_forgotten()
    {
        var foo = Foo(1, 5, config => config with { ReadyWhen = new ReadyWhen.Notified(), ReadyTimeout = 60, StartRetries = 9 }).Start();
        for (var ends = 1; ends <= 4; ends++)
        {
            foo.Wait(60).Die(15);
            Assert.Equal(ends, foo.Status.Ends);
            Again(foo);
        }
        Assert.Contains("Warn foo is in a crash loop: 4 ends in the last 247 s, last by SIGTERM; next try in 5 s", foo.Logged);
    }

    [Fact]
    public void A_start_that_has_only_waited_for_something_does_not_forget()
    {
        var foo = Foo(1, 5).Start().Exit(1).Wait(0).Give(ProcessInput.Start with { IsAgain = true }).Give(ProcessInput.Spawned(7)).Exit(1);
        Assert.Equal(TimeSpan.FromSeconds(2), foo.DueIn());
    }

    [Fact]
    public void Without_the_key_every_try_is_told_as_ever()
    {
        var foo = Foo(1, 2, config => config with { RestartBackoff = null }).Start().Wait(2).Exit(1);
        for (var run = 2; run <= 6; run++)
            foo.Wait(0).Give(ProcessInput.Spawned(7)).Wait(2).Exit(1);
        Assert.Equal(6, foo.Logged.Count(line => line == "Warn exited: foo (exit status 1; not expected)"));
        Assert.Equal(0, foo.Status.Ends);
    }

    private static MachineTestbed Again(MachineTestbed foo) => foo.Wait(foo.DueIn()!.Value.TotalSeconds).Give(ProcessInput.Spawned(7));
}
