using Init.Config;
using Init.Processes;
using Init.States;
using Init.Supervision;
using Init.Unit.Output;
using Init.Unit.Processes;
using Init.Unit.Rpc;
using Xunit;
using static Init.Unit.Processes.MachineTestbed;

namespace Init.Unit.Supervision;

[Collection(OurStdout.Name)]
public class EndingTests
{
    private static string? Of(ExitOn exitOn, Func<MachineTestbed, MachineTestbed> lives, int retries = 0)
    {
        var config = Program(config => config with { ExitOn = exitOn, StartRetries = retries });
        var machine = lives(new MachineTestbed(config));
        return Ending.Of(config, "foo", machine.State, machine.Status)?.ToString();
    }

    [Theory]
    [InlineData(ExitOn.Never, null)]
    [InlineData(ExitOn.Fatal, null)]
    [InlineData(ExitOn.Failure, "exiting 3: program foo exited with status 3")]
    [InlineData(ExitOn.Exit, "exiting 3: program foo exited with status 3")]
    public void Of_a_run_that_fails(object exitOn, string? ending) => Assert.Equal(ending, Of((ExitOn)exitOn, foo => foo.Start().Wait(1).Exit(3)));

    [Theory]
    [InlineData(ExitOn.Failure, null)]
    [InlineData(ExitOn.Exit, "exiting 0: program foo exited with status 0")]
    public void Of_a_run_that_ends_as_expected(object exitOn, string? ending) => Assert.Equal(ending, Of((ExitOn)exitOn, foo => foo.Start().Wait(1).Exit(0)));

    [Fact]
    public void Of_a_signal() => Assert.Equal("exiting 139: program foo killed by SIGSEGV", Of(ExitOn.Failure, foo => foo.Start().Wait(1).Die(11)));

    [Theory] // a start that ends too quickly has ended; it is not waited for its retries
    [InlineData(ExitOn.Fatal, null)]
    [InlineData(ExitOn.Failure, "exiting 3: program foo exited with status 3")]
    public void Of_a_start_that_is_too_quick(object exitOn, string? ending) => Assert.Equal(ending, Of((ExitOn)exitOn, foo => foo.Start().Exit(3), retries: 3));

    [Theory]
    [InlineData(3, "exiting 3: program foo exited with status 3 again and again")]
    [InlineData(0, "exiting 1: program foo exited with status 0 again and again")] // a 0 would be a lie
    public void Of_giving_up(int code, string ending) => Assert.Equal(ending, Of(ExitOn.Fatal, foo => foo.Start().Exit(code).Wait(0)));

    [Theory]
    [InlineData(127)]
    [InlineData(126)]
    public void Of_nothing_to_run(int status)
    {
        Assert.Null(Of(ExitOn.Exit, foo => foo.Give(ProcessInput.Start).Give(ProcessInput.SpawnFailed("no", status))));
        Assert.Equal($"exiting {status}: program foo could not be started: no",
            Of(ExitOn.Fatal, foo => foo.Give(ProcessInput.Start).Give(ProcessInput.SpawnFailed("no", status)).Wait(0)));
    }

    [Fact] // it was asked for
    public void A_stop_is_no_end() => Assert.Null(Of(ExitOn.Exit, foo => foo.Start().Wait(1).Give(ProcessInput.Stop).Die(15)));

    [Theory]
    [InlineData(ProcessState.Running)]
    [InlineData(ProcessState.Backoff)]
    [InlineData(ProcessState.Stopping)]
    public void While_a_program_runs_or_will_again_it_is_not_done(object state)
    {
        using var daemon = new SupervisorStub();
        daemon.Add("a");
        daemon.Add("b", (ProcessState)state);
        Assert.Null(Ending.WhenDone(daemon.Groups.ByPriority, _ => false));
    }

    [Fact]
    public void Who_waits_for_somebody_is_found_in_a_circle_and_where_ways_meet_again_and_again()
    {
        const int Layers = 40;
        using var daemon = new SupervisorStub();
        Waiting("a", "b");
        Waiting("b", "a"); // as a change under way can make it
        Assert.False(daemon.Dependencies.WaitsForSomebody(daemon.Groups.Find("a")!.Processes[0]));

        // Two in each layer, each of which needs both of the next: 2 to the 40th ways.
        for (var layer = 0; layer < Layers; layer++)
            foreach (var side in "lr")
                Waiting($"{side}{layer}", $"l{layer + 1}", $"r{layer + 1}");
        var top = daemon.Groups.Find("l0")!.Processes[0];
        foreach (var side in "lr")
            daemon.Add($"{side}{Layers}").StoppedFor = "it is unhealthy";
        Assert.False(daemon.Dependencies.WaitsForSomebody(top));
        daemon.Groups.Find($"r{Layers}")!.Processes[0].StoppedFor = null;
        Assert.True(daemon.Dependencies.WaitsForSomebody(top));

        void Waiting(string name, params string[] needs) => daemon.Add(name, change: one => one with
        {
            DependsOn = [.. needs.Select(need => new Dependency(need, DependencyCondition.Ready))],
        }).WaitsFor = needs[0] + ":ready";
    }

    [Fact]
    public void It_is_done_when_all_have_ended_and_blames_the_first_that_failed()
    {
        using var daemon = new SupervisorStub();
        Assert.Equal(new Ending(0, "all programs have ended"), Ending.WhenDone(daemon.Groups.ByPriority, _ => false));
        var config = Program(config => config with { AutoRestart = AutoRestart.Never });
        Add("a", machine => machine.Wait(10).Exit(4));
        Add("b", machine => machine.Wait(5).Die(9));
        Add("c", machine => machine.Wait(1).Exit(0));
        Assert.Equal(new Ending(137, "program b killed by SIGKILL"), Ending.WhenDone(daemon.Groups.ByPriority, _ => false));

        // One that only waits for others, which have all ended, waits in vain; one that was given up for another is not to blame.
        daemon.Groups.Find("c")!.Processes[0].WaitsFor = "a:ready";
        Assert.NotNull(Ending.WhenDone(daemon.Groups.ByPriority, _ => false));
        Add("0", machine => machine.Wait(4).Exit(2));
        StatusOf("0", status => status with { State = ProcessState.Fatal, Since = status.Since + TimeSpan.FromDays(1), LastEnd = null, Stopped = null });
        Assert.Equal("program b killed by SIGKILL", Ending.WhenDone(daemon.Groups.ByPriority, _ => false)!.Reason);

        void StatusOf(string name, Func<ProcessStatus, ProcessStatus> change)
        {
            var process = daemon.Groups.Find(name)!.Processes[0];
            var status = change(process.Status);
            SupervisorStub.Put(process, status.State, _ => status);
        }

        void Add(string name, Func<MachineTestbed, MachineTestbed> ends)
        {
            var process = daemon.Add(name, change: one => one with { AutoRestart = AutoRestart.Never });
            SupervisorStub.Put(process, ProcessState.Exited, _ => ends(new MachineTestbed(config).Start()).Status);
        }
    }
}
