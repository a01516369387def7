using Init.Config;
using Init.Os;
using Init.Processes;
using Init.States;
using Init.Unit.Rpc;
using Xunit;

namespace Init.Unit.Processes;

public sealed class StateHistoryTests
{
    [Fact]
    public void It_keeps_the_last_in_their_order_and_forgets_what_is_older()
    {
        var history = new StateHistory();
        for (var n = 0; n < 3 * StateHistory.Most + 1; n++)
        {
            history.Add(new StateChange(n, ProcessState.Running, Cause.Succeeded));
            var first = Math.Max(0, n + 1 - StateHistory.Most);
            Assert.Equal(Enumerable.Range(first, n + 1 - first).Select(at => (long)at), Enumerable.Range(0, history.Count).Select(i => history[i].At));
        }
    }

    [Fact]
    public void Restarts_are_those_that_nobody_asked_for()
    {
        var history = new StateHistory();
        foreach (var isAgain in new[] { false, false, true })
            history.Add(new StateChange(0, ProcessState.Starting, Cause.Started, Text: "for a reason", IsAgain: isAgain));
        history.Add(new StateChange(0, ProcessState.Backoff, Cause.FailedStart));
        history.Add(new StateChange(0, ProcessState.Starting, Cause.Retried));
        history.Add(new StateChange(0, ProcessState.Backoff, Cause.CannotSpawn));
        history.Add(new StateChange(0, ProcessState.Starting, Cause.AutoRestarted));
        Assert.Equal((3, 2), (history.Restarts, history.FailedStarts));
    }

    [Fact]
    public void A_run_is_told_from_its_start_to_its_restart() => Assert.Equal(
        [
            "STARTING started at boot (autostart)",
            "RUNNING it has stayed up for 1 s (startsecs)",
            "EXITED exited with status 3 (not expected)",
            "STARTING restarted by autorestart",
            "RUNNING it has stayed up for 1 s (startsecs)",
            "EXITED exited with status 0 (expected)",
        ],
        Told(MachineTestbed.Program(), ProcessInput.StartFor("at boot (autostart)"), ProcessInput.Spawned(1), After(1), ProcessInput.DeadlinePassed,
            ProcessInput.Reaped(WaitStatus.Exited(3)), ProcessInput.DeadlinePassed, ProcessInput.Spawned(2), After(1), ProcessInput.DeadlinePassed,
            ProcessInput.Reaped(WaitStatus.Exited(0))));

    [Fact]
    public void A_start_that_fails_again_and_again_is_told_with_its_tries() => Assert.Equal(
        [
            "STARTING started by request",
            "BACKOFF failed start 1: exited with status 1 within startsecs (1 s)",
            "STARTING started again after a failed start",
            "BACKOFF failed start 2: can't find command '/x'",
            "FATAL gave up after 1 retry",
        ],
        Told(MachineTestbed.Program(config => config with { StartRetries = 1 }), ProcessInput.StartFor("by request"), ProcessInput.Spawned(1),
            ProcessInput.Reaped(WaitStatus.Exited(1)), ProcessInput.DeadlinePassed, ProcessInput.SpawnFailed("can't find command '/x'"), ProcessInput.DeadlinePassed));

    [Fact]
    public void A_stop_is_told_with_who_wanted_it_and_what_ended_it()
    {
        ProcessInput[] up = [ProcessInput.StartFor("by request"), ProcessInput.Spawned(1), After(1), ProcessInput.DeadlinePassed];
        Assert.Equal(["STOPPING stopped by request", "STOPPED killed by SIGTERM (stopsignal)"],
            Told(MachineTestbed.Program(), [.. up, ProcessInput.StopFor("by request"), ProcessInput.Reaped(WaitStatus.Killed(Signals.SIGTERM))])[2..]);
        Assert.Equal(["STOPPING stopped because the supervisor ends", "STOPPED exited with status 0"],
            Told(MachineTestbed.Program(), [.. up, ProcessInput.Shutdown(), ProcessInput.Reaped(WaitStatus.Exited(0))])[2..]);
        Assert.Equal(["STOPPING stopped because it is unhealthy: exit status 1", "STOPPED exited with status 0"],
            Told(MachineTestbed.Program(), [.. up, ProcessInput.StopFor("because it is unhealthy: exit status 1"), ProcessInput.Reaped(WaitStatus.Exited(0))])[2..]);
        Assert.Equal(["STOPPING stopped to be restarted: it is unhealthy", "STOPPED exited with status 0"],
            Told(MachineTestbed.Program(), [.. up, ProcessInput.StopFor("to be restarted: it is unhealthy"), ProcessInput.Reaped(WaitStatus.Exited(0))])[2..]);
    }

    [Fact]
    public void A_stop_by_stop_command_is_told_as_such_and_stopsignal_only_where_it_was_sent()
    {
        var config = MachineTestbed.Program(config => config with { StopCommand = new CommandText("/bin/quit", null) });
        ProcessInput[] stopped = [ProcessInput.StartFor("by request"), ProcessInput.Spawned(1), After(1), ProcessInput.DeadlinePassed, ProcessInput.Stop];
        var byTerm = ProcessInput.Reaped(WaitStatus.Killed(Signals.SIGTERM));
        Assert.Equal("STOPPED killed by SIGTERM (stop_command)", Told(config, [.. stopped, byTerm])[^1]);
        Assert.Equal("STOPPED killed by SIGQUIT", Told(config, [.. stopped, ProcessInput.Reaped(WaitStatus.Killed(Signals.SIGQUIT))])[^1]);
        Assert.Equal("STOPPED killed by SIGTERM (stopsignal)", Told(config, [.. stopped, ProcessInput.StopCommandFailed("exit status 1"), byTerm])[^1]);
        Assert.Equal("STOPPED killed by SIGTERM (stop_command)", Told(config, [.. stopped, After(60), ProcessInput.StopCommandFailed("late"), byTerm])[^1]);
    }

    [Fact]
    public void What_it_depends_on_is_a_cause() => Assert.Equal(
        ["FATAL it depends on db, which is FATAL"], Told(MachineTestbed.Program(), ProcessInput.NeedFailed("it depends on db, which is FATAL")));

    [Fact]
    public void A_start_that_is_refused_is_told_also_of_one_that_was_FATAL_before()
    {
        using var daemon = new SupervisorStub();
        var process = daemon.Add("web", ProcessState.Fatal);
        process.Handle(ProcessInput.NeedFailed("it depends on db, which is FATAL"));
        var last = process.History[process.History.Count - 1];
        Assert.Equal("FATAL it depends on db, which is FATAL", $"{last.State.Name()} {last.Describe(process.Config)}");
        Assert.Equal(1, process.History.Count);
        Assert.Empty(daemon.Reports.Entered); // it is no state that was entered
    }

    [Fact]
    public void Readiness_is_told_whether_it_comes_or_not()
    {
        var config = MachineTestbed.Program(config => config with
        {
            StartSecs = 0,
            ReadyWhen = new ReadyWhen.Probed(new Probe.Tcp("127.0.0.1", 80)),
            ReadyTimeout = 5,
        });
        Assert.Equal(["STARTING started", "RUNNING ready (tcp:127.0.0.1:80)"], Told(config, ProcessInput.Start, ProcessInput.Spawned(1), ProcessInput.Ready));
        Assert.Equal(
            [
                "STARTING started", "STOPPING stopped, for it was not ready within 5 s: tcp:127.0.0.1:80",
                "BACKOFF failed start 1: not ready within 5 s: tcp:127.0.0.1:80; killed by SIGTERM",
            ],
            Told(config, ProcessInput.Start, ProcessInput.Spawned(1), After(5), ProcessInput.DeadlinePassed, ProcessInput.Reaped(WaitStatus.Killed(Signals.SIGTERM))));
        Assert.Equal(
            ["STARTING started", "BACKOFF failed start 1: exited with status 1 before it was ready"],
            Told(config, ProcessInput.Start, ProcessInput.Spawned(1), ProcessInput.Reaped(WaitStatus.Exited(1))));
    }

    [Theory]
    [InlineData("Unknown", Signals.SIGSEGV, "killed by SIGSEGV")]
    [InlineData("Unknown", Signals.SIGKILL, "killed by SIGKILL, not sent by us")]
    [InlineData("Us", Signals.SIGKILL, "killed by SIGKILL by us after stopwaitsecs")]
    [InlineData("UsInABudget", Signals.SIGKILL, "killed by SIGKILL by us, its part of stop_budget was used up")]
    [InlineData("Request", Signals.SIGUSR2, "killed by SIGUSR2, sent by request")]
    [InlineData("OutOfMemory", Signals.SIGKILL, "killed by SIGKILL, not sent by us: out of memory? The kernel has counted an oom_kill")]
    public void Who_has_killed_it_is_said_as_far_as_it_is_known(string killer, int signal, string text) => Assert.Equal(
        text, new StateChange(0, ProcessState.Stopped, Cause.Ended, signal, Killer: Enum.Parse<Killer>(killer)).Describe(MachineTestbed.Program()));

    [Theory]
    [InlineData("memory.events", "low 0\noom 4\noom_kill {0}\noom_group_kill 9\n")]
    [InlineData("memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill {0}\n")]
    public void A_kill_for_want_of_memory_is_noticed_once(string file, string text)
    {
        using var scratch = new ScratchDirectory();
        var events = Path.Join(scratch.Path, file);
        File.WriteAllText(events, text.Replace("{0}", "3", StringComparison.Ordinal));
        var watch = new OutOfMemory(events);
        Assert.False(watch.HasKilled());
        File.WriteAllText(events, text.Replace("{0}", "5", StringComparison.Ordinal));
        Assert.True(watch.HasKilled());
        Assert.True(watch.HasKilled());
        Assert.False(watch.HasKilled());
        Assert.False(new OutOfMemory(Path.Join(scratch.Path, "none")).HasKilled());
    }

    /// <summary>Not an input: time that passes.</summary>
    private static ProcessInput After(double seconds) => new((ProcessInputKind)(-1), Within: TimeSpan.FromSeconds(seconds));

    private static List<string> Told(ProcessConfig config, params ProcessInput[] inputs)
    {
        var (status, now, told) = (new ProcessStatus(), TimeSpan.FromHours(1), new List<string>());
        foreach (var input in inputs)
        {
            if ((int)input.Kind < 0)
            {
                now += input.Within!.Value;
                continue;
            }
            var actions = new List<ProcessAction>();
            var before = status;
            status = ProcessMachine.Step(before, input, config, new Moment(now, DateTimeOffset.UnixEpoch + now), actions);
            told.AddRange(actions.OfType<ProcessAction.Tell>().Select(action => StateChange.Of(0, input, before, status, action, Killer.Unknown))
                .Select(change => $"{change.State.Name()} {change.Describe(config)}"));
        }
        return told;
    }
}
