using Init.Config;
using Init.Os;
using Init.Processes;
using Init.States;

namespace Init.Unit.Processes;

/// <summary>A machine with a clock that only the test moves, and everything it asked for, in order.</summary>
internal sealed class MachineTestbed(ProcessConfig config)
{
    private readonly List<ProcessAction> _actions = [];
    private ProcessStatus _status;
    private TimeSpan _now = TimeSpan.FromHours(1);

    internal ProcessStatus Status => _status;

    internal ProcessState State => _status.State;

    internal IEnumerable<string> Logged => _actions.OfType<ProcessAction.Log>().Select(log => $"{log.Level} {log.Message}");

    internal IEnumerable<int> Sent => _actions.OfType<ProcessAction.SendSignal>().Select(send => send.Signal);

    internal IEnumerable<TimeSpan> StopCommands => _actions.OfType<ProcessAction.RunStopCommand>().Select(run => run.Patience);

    internal IReadOnlyList<ProcessAction> Actions => _actions;

    internal int Spawns => _actions.OfType<ProcessAction.Spawn>().Count();

    internal TimeSpan? DueIn(bool mayRestart = true) => ProcessMachine.Deadline(_status, config, mayRestart) - _now;

    internal MachineTestbed Give(ProcessInput input)
    {
        _status = ProcessMachine.Step(_status, input, config, new Moment(_now, DateTimeOffset.UnixEpoch + _now), _actions);
        return this;
    }

    internal MachineTestbed Start(int pid = 100) => Give(ProcessInput.Start).Give(ProcessInput.Spawned(pid));

    /// <summary>Moves the clock, and gives the deadline's input if it came by then.</summary>
    internal MachineTestbed Wait(double seconds)
    {
        _now += TimeSpan.FromSeconds(seconds);
        return DueIn() <= TimeSpan.Zero ? Give(ProcessInput.DeadlinePassed) : this;
    }

    internal MachineTestbed Exit(int code) => Give(ProcessInput.Reaped(WaitStatus.Exited(code)));

    internal MachineTestbed Die(int signal) => Give(ProcessInput.Reaped(WaitStatus.Killed(signal)));

    internal static ProcessConfig Program(Func<ProcessConfig, ProcessConfig>? change = null)
    {
        var stream = new StreamConfig
        {
            Target = LogTarget.None,
            MaxBytes = 0,
            Backups = 0,
            CaptureMaxBytes = 0,
            EventsEnabled = false,
            Syslog = false,
        };
        var config = new ProcessConfig
        {
            Name = "foo",
            Program = "foo",
            Command = "/bin/foo",
            Priority = 999,
            AutoStart = true,
            AutoRestart = AutoRestart.Unexpected,
            StartSecs = 1,
            StartRetries = 3,
            Stdout = stream,
            Stderr = stream,
            StopSignal = Signals.SIGTERM,
            StopWaitSecs = 10,
            StopAsGroup = false,
            KillAsGroup = false,
            ExitCodes = [0],
            RedirectStderr = false,
            Environment = [],
            Output = new OutputConfig { Timestamps = false, Backlog = LogBacklog.Block, RingBytes = 0 },
        };
        return change is null ? config : change(config);
    }
}
