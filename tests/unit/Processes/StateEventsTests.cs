using System.Text;
using Init.Config;
using Init.Events;
using Init.Processes;
using Xunit;
using static Init.Unit.Processes.MachineTestbed;

namespace Init.Unit.Processes;

public sealed class StateEventsTests : IEventSubscriber
{
    private readonly EventBus _bus = new();
    private readonly List<string> _heard = [];

    public StateEventsTests() => _bus.Subscribe(EventType.ProcessState, this);

    void IEventSubscriber.Accept(Event happened) =>
        _heard.Add($"{happened.Type.Name["PROCESS_STATE_".Length..]} {Encoding.UTF8.GetString(happened.Payload)["processname:foo groupname:g ".Length..]}");

    private List<string> Told(MachineTestbed machine)
    {
        foreach (var action in machine.Actions)
            if (action is ProcessAction.Tell told)
                _bus.Notify("foo", "g", told);
        return _heard;
    }

    [Fact] // E-012 to E-014
    public void A_run_that_ends_by_itself() => Assert.Equal(
        ["STARTING from_state:STOPPED tries:0", "RUNNING from_state:STARTING pid:100", "EXITED from_state:RUNNING expected:1 pid:100"],
        Told(new MachineTestbed(Program()).Start().Wait(1).Exit(0)));

    [Fact] // also where both are seen at once
    public void A_run_that_ends_late_and_unseen_was_RUNNING_first()
    {
        var machine = new MachineTestbed(Program(config => config with { StartSecs = 0 })).Start().Exit(3);
        Assert.Equal(
            ["STARTING from_state:STOPPED tries:0", "RUNNING from_state:STARTING pid:100", "EXITED from_state:RUNNING expected:0 pid:100"],
            Told(machine));
    }

    [Fact] // E-012, E-015
    public void Starts_that_fail_are_counted()
    {
        var machine = new MachineTestbed(Program(config => config with { StartRetries = 1 })).Start().Exit(0);
        machine.Wait(1).Give(ProcessInput.SpawnFailed("no")).Wait(0);
        Assert.Equal(
            ["STARTING from_state:STOPPED tries:0", "BACKOFF from_state:STARTING tries:1", "STARTING from_state:BACKOFF tries:1",
                "BACKOFF from_state:STARTING tries:2", "FATAL from_state:BACKOFF"],
            Told(machine));
    }

    [Fact] // E-013
    public void A_stop_tells_the_pid_to_the_end() => Assert.Equal(
        ["STARTING from_state:STOPPED tries:0", "STOPPING from_state:STARTING pid:100", "STOPPED from_state:STOPPING pid:100"],
        Told(new MachineTestbed(Program()).Start().Give(ProcessInput.Stop).Die(15)));

    [Fact] // E-016
    public void A_stop_in_BACKOFF_has_no_pid() => Assert.Equal(
        "STOPPED from_state:BACKOFF pid:0", Told(new MachineTestbed(Program()).Start().Exit(0).Give(ProcessInput.Stop)).Last());

    [Fact] // E-030
    public void The_end_of_the_daemon_in_BACKOFF_is_FATAL_without_a_line_in_the_log()
    {
        var machine = new MachineTestbed(Program()).Start().Exit(0);
        var lines = machine.Logged.Count();
        Assert.Equal("FATAL from_state:BACKOFF", Told(machine.Give(ProcessInput.Shutdown())).Last());
        Assert.Equal(lines, machine.Logged.Count());
    }

    [Fact] // E-015
    public void What_cannot_be_signalled_is_UNKNOWN() => Assert.Equal(
        ["STOPPING from_state:RUNNING pid:100", "UNKNOWN from_state:STOPPING"],
        Told(new MachineTestbed(Program()).Start().Wait(1).Give(ProcessInput.Stop).Give(ProcessInput.SignalFailed("no")))[2..]);

    [Fact] // E-028
    public void The_event_comes_before_the_line_in_the_log()
    {
        var machine = new MachineTestbed(Program()).Start().Wait(1);
        var line = machine.Actions.ToList().FindIndex(action => action is ProcessAction.Log { Level: LogLevel.Info } log && log.Message.StartsWith("success"));
        Assert.IsType<ProcessAction.Tell>(machine.Actions[line - 1]);
    }
}
