using Init.Config;
using Init.Os;
using Init.Processes;
using Init.States;
using Xunit;

namespace Init.Unit.Processes;

/// <summary>Random walks through the machine: whatever happens in whatever order, the invariants hold.</summary>
public class ProcessMachineWalkTests
{
    private const int Inputs = 100_000;

    [Theory]
    [InlineData(1)]
    [InlineData(20261121)]
    [InlineData(null)]
    public void Invariants_hold_over_100_000_random_inputs(int? seed)
    {
        var used = seed ?? Environment.TickCount;
        var random = new Random(used);
        var config = Random(random);
        var status = default(ProcessStatus);
        var now = new Moment(TimeSpan.FromHours(1), DateTimeOffset.UnixEpoch);
        var alive = 0;
        var nextPid = 1000;
        var actions = new List<ProcessAction>();

        for (var step = 0; step < Inputs; step++)
        {
            now = new Moment(now.Monotonic + TimeSpan.FromMilliseconds(random.Next(1500)), now.Wall);
            if (step % 1000 == 0 && alive == 0)
                (config, status) = (Random(random), default);
            var before = status;
            // As the shell does: a spawn that was asked for is answered before anything else happens.
            var input = before is { State: ProcessState.Starting, Pid: 0 }
                ? random.Next(5) == 0 ? ProcessInput.SpawnFailed("no") : ProcessInput.Spawned(nextPid++)
                : Next(random, alive, ProcessMachine.Deadline(before, config, mayRestart: true) <= now.Monotonic);

            if (input.Kind == ProcessInputKind.Spawned)
                alive = input.Pid;
            else if (input.Kind == ProcessInputKind.Reaped)
                alive = 0;
            actions.Clear();
            status = ProcessMachine.Step(before, input, config, now, actions);
            Check(config, before, input, status, actions, alive, $"seed {used}, step {step}: {before.State} + {input.Kind} -> {status.State}");
        }
    }

    private static void Check(
        ProcessConfig config, ProcessStatus before, ProcessInput input, ProcessStatus after, List<ProcessAction> actions, int alive, string where)
    {
        Assert.True(after.Pid == alive, $"{where}: it holds pid {after.Pid}, {alive} lives");
        Assert.True(after.State is not (ProcessState.Running or ProcessState.Stopping) || after.Pid != 0, $"{where}: no process");
        Assert.True(after.State is not (ProcessState.Stopped or ProcessState.Exited or ProcessState.Fatal or ProcessState.Backoff) || after.Pid == 0,
            $"{where}: a process is forgotten");
        // Each state that is entered is told once, in order (E-029).
        var told = actions.OfType<ProcessAction.Tell>().ToList();
        Assert.True(told.Select(one => one.From).SequenceEqual(told.Select(one => one.To).Prepend(before.State).SkipLast(1))
            && (told.Count == 0 ? before.State : told[^1].To) == after.State && told.TrueForAll(one => one.From != one.To),
            $"{where}: told {string.Join(", ", told)}");
        var spawns = actions.Count(action => action is ProcessAction.Spawn);
        Assert.True(spawns == (after.State == ProcessState.Starting && before.State != ProcessState.Starting ? 1 : 0), $"{where}: {spawns} spawns");
        Assert.True(spawns == 0 || before.Pid == 0, $"{where}: a second process beside a living one");
        Assert.True(input.Kind is not (ProcessInputKind.Stop or ProcessInputKind.Shutdown)
            || after.State is not (ProcessState.Starting or ProcessState.Running or ProcessState.Backoff), $"{where}: a stop was lost");
        Assert.True(actions.All(action => action is not ProcessAction.SendSignal) || before.Pid != 0, $"{where}: a signal to nobody");
        Assert.True(actions.All(action => action is not ProcessAction.RunStopCommand)
            || (after.State == ProcessState.Stopping && before.State != ProcessState.Stopping), $"{where}: a stop_command that stops nothing");
        Assert.True(after.Ends >= 0 && (input.Kind != ProcessInputKind.Start || before.Pid != 0 || after.Ends == 0), $"{where}: {after.Ends} ends");
        Assert.True(after.Crashes is null == (after.Ends == 0), $"{where}: {after.Ends} ends, {after.Crashes}");
        Assert.True(after.State != ProcessState.Running || before.State == ProcessState.Running || config.ReadyWhen is null || after.IsReady,
            $"{where}: RUNNING and not ready");
        Assert.True(after.Backoff >= 0 && (after.State != ProcessState.Running || after.Backoff == 0), $"{where}: backoff {after.Backoff}");
    }

    private static ProcessInput Next(Random random, int alive, bool due) => random.Next(17) switch
    {
        0 => ProcessInput.Start,
        1 => ProcessInput.Stop,
        2 => ProcessInput.Shutdown(),
        3 when alive != 0 => ProcessInput.SignalFailed("EPERM"),
        4 or 5 or 6 when alive != 0 => ProcessInput.Reaped(random.Next(3) == 0 ? WaitStatus.Killed(Signals.SIGKILL) : WaitStatus.Exited(random.Next(3))),
        10 => ProcessInput.StopCommandFailed("exit status 1"),
        7 when alive == 0 => ProcessInput.NeedFailed("redis is FATAL"),
        8 when alive != 0 => ProcessInput.Ready,
        9 when alive != 0 => ProcessInput.Extend(TimeSpan.FromMilliseconds(random.Next(3000))),
        _ when due => ProcessInput.DeadlinePassed,
        _ => ProcessInput.Start,
    };

    private static ProcessConfig Random(Random random) => MachineTestbed.Program(config => config with
    {
        StartSecs = random.Next(3),
        StartRetries = random.Next(-1, 4),
        StopWaitSecs = random.Next(3),
        AutoRestart = (AutoRestart)random.Next(3),
        ExitCodes = random.Next(2) == 0 ? [] : [0, 2],
        StopCommand = random.Next(2) == 0 ? null : new CommandText("/bin/quit", null),
        RestartBackoff = random.Next(2) == 0 ? null : new RestartBackoff(TimeSpan.FromSeconds(random.Next(2)), TimeSpan.FromSeconds(2)),
        ReadyWhen = random.Next(2) == 0 ? null : new ReadyWhen.Notified(),
        ReadyTimeout = random.Next(1, 4),
    });
}
