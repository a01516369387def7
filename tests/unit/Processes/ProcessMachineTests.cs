using Init.Config;
using Init.Os;
using Init.Processes;
using Init.States;
using Xunit;
using static Init.Unit.Processes.MachineTestbed;

namespace Init.Unit.Processes;

public class ProcessMachineTests
{
    [Fact]
    public void A_start_asks_for_a_spawn_and_runs_after_startsecs()
    {
        var foo = new MachineTestbed(Program());
        foo.Give(ProcessInput.Start);
        Assert.Equal(ProcessState.Starting, foo.State);
        Assert.Null(foo.DueIn()); // nothing can be due before there is a process
        foo.Give(ProcessInput.Spawned(123)).Wait(0.99);
        Assert.Equal(ProcessState.Starting, foo.State);
        foo.Wait(0.01);
        Assert.Equal(ProcessState.Running, foo.State);
        Assert.Equal(
            ["Info spawned: 'foo' with pid 123",
                "Info success: foo entered RUNNING state, process has stayed up for > than 1 seconds (startsecs)"], foo.Logged);
    }

    [Fact] // L-048
    public void With_startsecs_0_it_runs_at_once_and_success_is_said_before_the_exit()
    {
        var foo = new MachineTestbed(Program(c => c with { StartSecs = 0 })).Start().Exit(0);
        Assert.Equal(ProcessState.Exited, foo.State);
        Assert.Equal(["spawned:", "success:", "exited:"], foo.Logged.Select(line => line.Split(' ')[1]));
    }

    [Theory] // L-049: whatever the exit code
    [InlineData(0)]
    [InlineData(3)]
    public void An_exit_before_startsecs_is_too_quick(int code)
    {
        var foo = new MachineTestbed(Program()).Start().Wait(0.5).Exit(code);
        Assert.Equal(ProcessState.Backoff, foo.State);
        Assert.Equal($"Warn exited: foo (exit status {code}; not expected)", foo.Logged.Last());
        Assert.Equal("Exited too quickly (process log may have details)", foo.Status.SpawnError);
        Assert.Null(foo.Status.Ended);
    }

    [Fact] // L-050 to L-053
    public void It_is_tried_1_plus_startretries_times_with_waits_of_1_2_3_seconds_and_given_up_without_a_further_wait()
    {
        var foo = new MachineTestbed(Program()).Start();
        foreach (var wait in new[] { 1, 2, 3 })
        {
            foo.Exit(1);
            Assert.Equal(TimeSpan.FromSeconds(wait), foo.DueIn());
            foo.Wait(wait).Give(ProcessInput.Spawned(200 + wait));
        }
        foo.Exit(1);
        Assert.Equal(TimeSpan.Zero, foo.DueIn());
        foo.Wait(0);
        Assert.Equal(ProcessState.Fatal, foo.State);
        Assert.Equal(4, foo.Spawns);
        Assert.Equal("Info gave up: foo entered FATAL state, too many start retries too quickly", foo.Logged.Last());
        Assert.Null(foo.DueIn()); // L-054
        Assert.Equal(0, foo.Status.Backoff);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Without_retries_the_first_failure_is_fatal(int retries)
    {
        var foo = new MachineTestbed(Program(c => c with { StartRetries = retries })).Start().Exit(1).Wait(0);
        Assert.Equal(ProcessState.Fatal, foo.State);
        Assert.Equal(1, foo.Spawns);
    }

    [Fact] // L-055
    public void A_spawn_that_fails_counts_as_a_quick_exit()
    {
        var foo = new MachineTestbed(Program()).Give(ProcessInput.Start).Give(ProcessInput.SpawnFailed("can't find command '/bin/foo'"));
        Assert.Equal(ProcessState.Backoff, foo.State);
        Assert.Equal(["Info spawnerr: can't find command '/bin/foo'"], foo.Logged);
        Assert.Equal("can't find command '/bin/foo'", foo.Status.SpawnError);
    }

    [Theory]
    [InlineData(nameof(AutoRestart.Never), 0, false)]
    [InlineData(nameof(AutoRestart.Never), 1, false)]
    [InlineData(nameof(AutoRestart.Unexpected), 0, false)]
    [InlineData(nameof(AutoRestart.Unexpected), 1, true)]
    [InlineData(nameof(AutoRestart.Unexpected), 2, false)]
    [InlineData(nameof(AutoRestart.Always), 0, true)]
    [InlineData(nameof(AutoRestart.Always), 1, true)]
    public void Autorestart_decides_about_an_exit(string autoRestartName, int code, bool restarts)
    {
        var autoRestart = Enum.Parse<AutoRestart>(autoRestartName);
        var foo = new MachineTestbed(Program(c => c with { AutoRestart = autoRestart, ExitCodes = [0, 2] })).Start().Wait(5).Exit(code);
        Assert.Equal(ProcessState.Exited, foo.State);
        Assert.Equal(restarts ? TimeSpan.Zero : null, foo.DueIn());
        Assert.Equal(restarts ? 2 : 1, foo.Wait(0).Spawns);
        Assert.Null(new MachineTestbed(Program(c => c with { AutoRestart = autoRestart })).Start().Wait(5).Exit(1).DueIn(mayRestart: false));
    }

    [Fact] // L-060
    public void With_no_exitcodes_every_exit_is_unexpected()
    {
        var foo = new MachineTestbed(Program(c => c with { ExitCodes = [] })).Start().Wait(5).Exit(0);
        Assert.Equal("Warn exited: foo (exit status 0; not expected)", foo.Logged.Last());
        Assert.Equal("Bad exit code 0", foo.Status.SpawnError);
    }

    [Fact] // L-059
    public void A_death_by_signal_is_unexpected_and_named()
    {
        var foo = new MachineTestbed(Program()).Start().Wait(5).Die(Signals.SIGKILL);
        Assert.Equal("Warn exited: foo (terminated by SIGKILL; not expected)", foo.Logged.Last());
        Assert.Equal("Bad exit code -1", foo.Status.SpawnError);
        Assert.Equal("terminated by SIGABRT (core dumped)", new WaitStatus(Signals.SIGABRT | 0x80).ToString());
        Assert.Equal("terminated by signal 40", WaitStatus.Killed(40).ToString());
    }

    [Fact]
    public void A_program_that_dies_at_once_time_after_time_is_restarted_at_most_once_a_second()
    {
        var foo = new MachineTestbed(Program(c => c with { StartSecs = 0, AutoRestart = AutoRestart.Always })).Start();
        for (var run = 1; run <= 5; run++)
        {
            foo.Wait(0.2).Exit(0);
            Assert.Equal(TimeSpan.Zero, foo.DueIn());
            foo.Wait(0).Give(ProcessInput.Spawned(200 + run));
        }
        foo.Wait(0.2).Exit(0);
        Assert.Equal(TimeSpan.FromSeconds(0.8), foo.DueIn());
        foo.Wait(0.8).Give(ProcessInput.Spawned(300)).Wait(1.5).Exit(0); // a longer run begins anew
        Assert.Equal(TimeSpan.Zero, foo.DueIn());
    }

    [Fact]
    public void A_stop_sends_the_stop_signal_and_SIGKILL_after_stopwaitsecs_again_and_again()
    {
        var foo = new MachineTestbed(Program(c => c with { StopSignal = Signals.SIGINT, StopWaitSecs = 3 })).Start(7).Wait(5);
        foo.Give(ProcessInput.Stop);
        Assert.Equal(ProcessState.Stopping, foo.State);
        foo.Wait(2.9);
        Assert.Equal([Signals.SIGINT], foo.Sent);
        foo.Wait(0.1).Wait(3); // L-067
        Assert.Equal([Signals.SIGINT, Signals.SIGKILL, Signals.SIGKILL], foo.Sent);
        Assert.Contains("Warn killing 'foo' (7) with SIGKILL", foo.Logged);
        foo.Die(Signals.SIGKILL);
        Assert.Equal(ProcessState.Stopped, foo.State);
        Assert.Equal("Warn stopped: foo (terminated by SIGKILL)", foo.Logged.Last());
        Assert.Null(foo.DueIn()); // L-077: no restart
    }

    [Theory] // L-066
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Groups_are_signalled_as_configured(bool stopAsGroup, bool killAsGroup)
    {
        var foo = new MachineTestbed(Program(c => c with { StopAsGroup = stopAsGroup, KillAsGroup = killAsGroup })).Start().Wait(2);
        foo.Give(ProcessInput.Stop).Wait(10);
        Assert.Equal([stopAsGroup, killAsGroup], foo.Actions.OfType<ProcessAction.SendSignal>().Select(send => send.ToGroup));
        var group = stopAsGroup ? "process group " : "";
        Assert.Contains($"Debug killing foo (pid 100) {group}with signal SIGTERM", foo.Logged);
    }

    [Fact] // L-068
    public void A_stop_that_ends_in_an_expected_exit_is_information()
    {
        var foo = new MachineTestbed(Program()).Start().Wait(2).Give(ProcessInput.Stop).Exit(0);
        Assert.Equal("Info stopped: foo (exit status 0)", foo.Logged.Last());
    }

    [Fact] // L-070, L-056
    public void A_stop_in_BACKOFF_is_immediate_and_keeps_the_count()
    {
        var foo = new MachineTestbed(Program()).Start().Exit(1).Give(ProcessInput.Stop);
        Assert.Equal(ProcessState.Stopped, foo.State);
        Assert.Equal("Debug Attempted to kill foo, which is in BACKOFF state.", foo.Logged.Last());
        Assert.Equal(1, foo.Status.Backoff);
        foo.Start().Exit(1);
        Assert.Equal(TimeSpan.FromSeconds(2), foo.DueIn());
    }

    [Fact] // L-097
    public void A_shutdown_in_BACKOFF_is_FATAL_without_a_line()
    {
        var foo = new MachineTestbed(Program()).Start().Exit(1);
        var lines = foo.Logged.Count();
        foo.Give(ProcessInput.Shutdown());
        Assert.Equal(ProcessState.Fatal, foo.State);
        Assert.Equal(lines, foo.Logged.Count());
    }

    [Fact] // not L-076: no crash
    public void A_process_that_cannot_be_signalled_is_UNKNOWN_and_its_death_ends_it()
    {
        var foo = new MachineTestbed(Program(c => c with { AutoRestart = AutoRestart.Always })).Start().Wait(2);
        foo.Give(ProcessInput.Stop).Give(ProcessInput.SignalFailed("unknown problem killing foo (100): EPERM"));
        Assert.Equal(ProcessState.Unknown, foo.State);
        Assert.True(foo.State.IsStopped());
        foo.Exit(0);
        Assert.Equal(ProcessState.Stopped, foo.State);
        Assert.Null(foo.DueIn());
    }

    [Fact] // a stop right after a start is not lost
    public void A_stop_while_STARTING_is_a_stop()
    {
        var foo = new MachineTestbed(Program()).Start().Give(ProcessInput.Stop).Die(Signals.SIGTERM);
        Assert.Equal(ProcessState.Stopped, foo.State);
        Assert.Null(foo.DueIn());
    }

    [Fact]
    public void Every_state_takes_every_input()
    {
        foreach (var state in Enum.GetValues<ProcessState>())
            foreach (var kind in Enum.GetValues<ProcessInputKind>())
            {
                var status = new ProcessStatus
                {
                    State = state,
                    Pid = state is ProcessState.Starting or ProcessState.Running or ProcessState.Stopping or ProcessState.Unknown ? 100 : 0,
                    Started = new Moment(TimeSpan.FromSeconds(1), DateTimeOffset.UnixEpoch),
                };
                var next = ProcessMachine.Step(status, new ProcessInput(kind, 101, WaitStatus.Exited(0), Text: "why", Within: TimeSpan.FromSeconds(5)), Program(),
                    new Moment(TimeSpan.FromSeconds(100), DateTimeOffset.UnixEpoch), []);
                Assert.Contains(next.State, Expected(state, kind));
            }
    }

    [Fact]
    public void A_stop_with_little_time_kills_earlier_and_once()
    {
        var foo = new MachineTestbed(Program()).Start().Wait(1).Give(ProcessInput.Shutdown(TimeSpan.FromSeconds(2)));
        Assert.Equal(2, foo.DueIn()!.Value.TotalSeconds);
        foo.Wait(2).Give(ProcessInput.Shutdown(TimeSpan.Zero));
        Assert.Equal([Signals.SIGTERM, Signals.SIGKILL], foo.Sent);
        Assert.Equal(10, foo.DueIn()!.Value.TotalSeconds);
        // Also one that was being stopped already, with more time than there is now.
        foo = new MachineTestbed(Program()).Start().Wait(1).Give(ProcessInput.Stop).Give(ProcessInput.Shutdown(TimeSpan.FromSeconds(2)));
        Assert.Equal(2, foo.DueIn()!.Value.TotalSeconds);
    }

    private static ProcessConfig WithCommand(int wait = 10) =>
        Program(c => c with { StopCommand = new CommandText("/bin/quit", null), StopWaitSecs = wait, StopSignal = Signals.SIGQUIT });

    [Fact]
    public void A_stop_runs_stop_command_in_the_place_of_the_signal()
    {
        var foo = new MachineTestbed(WithCommand()).Start().Wait(2).Give(ProcessInput.Stop);
        Assert.Equal(ProcessState.Stopping, foo.State);
        Assert.Equal([TimeSpan.FromSeconds(10)], foo.StopCommands);
        Assert.Empty(foo.Sent);
        foo.Wait(9.9);
        Assert.Empty(foo.Sent);
        foo.Wait(0.1);
        Assert.Equal([Signals.SIGKILL], foo.Sent);
        Assert.Single(foo.StopCommands);
    }

    [Fact]
    public void A_stop_command_that_fails_is_a_warning_and_the_signal_follows_at_once()
    {
        var foo = new MachineTestbed(WithCommand()).Start().Wait(2).Give(ProcessInput.Stop);
        foo.Wait(3).Give(ProcessInput.StopCommandFailed("exit status 1"));
        Assert.Contains("Warn stop_command of foo failed: exit status 1", foo.Logged);
        Assert.Equal([Signals.SIGQUIT], foo.Sent);
        Assert.Equal(7, foo.DueIn()!.Value.TotalSeconds); // what is left of stopwaitsecs
        foo.Wait(7);
        Assert.Equal([Signals.SIGQUIT, Signals.SIGKILL], foo.Sent);
    }

    [Fact]
    public void One_that_fails_when_its_time_is_over_is_followed_by_SIGKILL_alone()
    {
        var foo = new MachineTestbed(WithCommand(0)).Start().Wait(2).Give(ProcessInput.Stop).Give(ProcessInput.StopCommandFailed("it did not end within 0 s"));
        Assert.Empty(foo.Sent);
        Assert.Equal([Signals.SIGKILL], foo.Wait(0).Sent);
        foo.Give(ProcessInput.StopCommandFailed("exit status 1"));
        Assert.Equal([Signals.SIGKILL], foo.Sent);
    }

    [Fact]
    public void One_that_hangs_is_a_warning_also_when_SIGKILL_came_first()
    {
        var foo = new MachineTestbed(WithCommand(1)).Start().Wait(2).Give(ProcessInput.Stop).Wait(1);
        Assert.Equal([Signals.SIGKILL], foo.Sent);
        foo.Give(ProcessInput.StopCommandFailed("it did not end within 1 s"));
        Assert.Contains("Warn stop_command of foo failed: it did not end within 1 s", foo.Logged);
        Assert.Equal([Signals.SIGKILL], foo.Sent);
    }

    [Fact]
    public void A_stop_with_little_time_gives_it_to_stop_command() => Assert.Equal(
        [TimeSpan.FromSeconds(2)],
        new MachineTestbed(WithCommand()).Start().Wait(2).Give(ProcessInput.Shutdown(TimeSpan.FromSeconds(2))).StopCommands);

    /// <summary>The whole product, written down a second time.</summary>
    private static ProcessState[] Expected(ProcessState state, ProcessInputKind kind) => (kind, state) switch
    {
        (ProcessInputKind.Start, ProcessState.Stopped or ProcessState.Exited or ProcessState.Fatal or ProcessState.Backoff) =>
            [ProcessState.Starting],
        (ProcessInputKind.NeedFailed, ProcessState.Stopped or ProcessState.Exited or ProcessState.Fatal or ProcessState.Backoff) => [ProcessState.Fatal],
        (ProcessInputKind.Spawned, _) => [state],
        (ProcessInputKind.SpawnFailed, ProcessState.Starting) => [ProcessState.Backoff],
        (ProcessInputKind.Reaped, ProcessState.Starting or ProcessState.Running) => [ProcessState.Exited],
        (ProcessInputKind.Reaped, ProcessState.Stopping or ProcessState.Unknown) => [ProcessState.Stopped],
        (ProcessInputKind.DeadlinePassed or ProcessInputKind.Ready, ProcessState.Starting) => [ProcessState.Running],
        (ProcessInputKind.DeadlinePassed, ProcessState.Exited or ProcessState.Backoff) => [ProcessState.Starting],
        (ProcessInputKind.Stop or ProcessInputKind.Shutdown, ProcessState.Starting or ProcessState.Running) => [ProcessState.Stopping],
        (ProcessInputKind.Stop, ProcessState.Backoff or ProcessState.Exited) => [ProcessState.Stopped],
        (ProcessInputKind.Shutdown, ProcessState.Backoff) => [ProcessState.Fatal],
        (ProcessInputKind.SignalFailed, ProcessState.Starting or ProcessState.Running or ProcessState.Stopping) => [ProcessState.Unknown],
        _ => [state],
    };
}
