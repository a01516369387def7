using Init.Config;
using Init.States;
using Init.XmlRpc;
using Xunit;

namespace Init.Unit.Rpc;

/// <summary>Which fault comes before which; what a start and a stop lead to needs real processes.</summary>
public sealed class ControlMethodsTests : IDisposable
{
    private readonly SupervisorStub _here = new();

    public void Dispose() => _here.Dispose();

    private void Put(string name, ProcessState state, string command = "/bin/cat") =>
        _here.Add(name, state, config => config with { Command = command, AutoRestart = AutoRestart.Never });

    [Theory] // R-013 to R-015
    [InlineData("")]
    [InlineData("nope")]
    [InlineData("g")]
    [InlineData("p")]
    [InlineData("g:nope")]
    [InlineData("nope:*")]
    [InlineData("nope:")]
    [InlineData(":")]
    [InlineData("g:p:")]
    public void A_name_of_nothing_is_BAD_NAME_as_given(string name)
    {
        _here.Add("g", ProcessState.Stopped, SupervisorStub.Program("p"));
        foreach (var method in new[] { "startProcess", "stopProcess", "getProcessInfo", "clearProcessLogs" })
            Assert.Equal($"BAD_NAME: {name}", _here.Fault($"supervisor.{method}", name));
        Assert.Equal($"BAD_NAME: {name}", _here.Fault("supervisor.signalProcess", name, "BOGUS"));
    }

    [Theory] // R-013
    [InlineData("g:*")]
    [InlineData("g:")]
    public void All_of_a_group_can_be_stopped_and_signalled_but_not_asked_about(string name)
    {
        _here.Add("g", ProcessState.Stopped, SupervisorStub.Program("a"), SupervisorStub.Program("b"));
        Assert.Equal("[]", _here.Call("supervisor.stopProcess", name).Python());
        Assert.Equal("[]", _here.Call("supervisor.signalProcess", name, "HUP").Python());
        Assert.Equal($"BAD_NAME: {name}", _here.Fault("supervisor.getProcessInfo", name));
        Assert.Equal($"BAD_NAME: {name}", _here.Fault("supervisor.readProcessLog", name, 0, 0));
    }

    [Fact] // R-050 to R-053: the command is looked at first, even when it runs already
    public void A_start_is_refused_for_the_first_of_its_reasons()
    {
        Put("missing", ProcessState.Running, "/no/such/file");
        Put("directory", ProcessState.Running, "/tmp");
        Put("runs", ProcessState.Running);
        Put("starts", ProcessState.Starting);
        Put("waits", ProcessState.Backoff);
        Put("unknown", ProcessState.Unknown);
        Assert.Equal("NO_FILE: can't find command '/no/such/file'", _here.Fault("supervisor.startProcess", "missing"));
        Assert.Equal("NOT_EXECUTABLE: command at '/tmp' is a directory", _here.Fault("supervisor.startProcess", "directory"));
        foreach (var name in new[] { "runs", "starts", "waits" })
            Assert.Equal($"ALREADY_STARTED: {name}", _here.Fault("supervisor.startProcess", name));
        Assert.Equal("FAILED: unknown is in an unknown process state", _here.Fault("supervisor.startProcess", "unknown"));
    }

    [Fact] // R-057
    public void A_start_of_one_that_stops_starts_nothing()
    {
        Put("a", ProcessState.Stopping);
        Assert.Equal("True", _here.Call("supervisor.startProcess", "a", false).Python());
        Assert.Equal("ABNORMAL_TERMINATION: a", _here.Fault("supervisor.startProcess", "a"));
        Assert.Contains("WARN process 'a' already running\n", _here.ActivityText, StringComparison.Ordinal);
    }

    [Theory] // R-063
    [InlineData("Stopped")]
    [InlineData("Stopping")]
    [InlineData("Exited")]
    [InlineData("Fatal")]
    [InlineData("Unknown")]
    public void A_stop_of_one_that_does_not_run_is_NOT_RUNNING(string state)
    {
        Put("a", Enum.Parse<ProcessState>(state));
        Assert.Equal("NOT_RUNNING: a", _here.Fault("supervisor.stopProcess", "a"));
        Assert.Equal("NOT_RUNNING: a", _here.Fault("supervisor.stopProcess", "a", false));
    }

    [Fact] // R-064
    public void A_stop_is_waited_for_unless_it_shall_not_be()
    {
        Put("a", ProcessState.Running);
        Put("b", ProcessState.Backoff);
        Assert.Equal("True", _here.Call("supervisor.stopProcess", "a", 0).Python());
        Assert.Equal(ProcessState.Stopping, _here.Groups.Find("a")!.Processes[0].Status.State);
        Assert.Equal("True", _here.Call("supervisor.stopProcess", "b").Python());
    }

    [Fact] // R-065
    public void To_stop_all_is_to_stop_those_that_run()
    {
        Put("a", ProcessState.Backoff);
        Put("b", ProcessState.Fatal);
        Put("c", ProcessState.Stopping);
        Assert.Equal("[{name: 'a', group: 'a', status: 80, description: 'OK'}]", _here.Call("supervisor.stopAllProcesses").Python());
    }

    [Theory] // R-066
    [InlineData("TERM")]
    [InlineData("SIGTERM")]
    [InlineData("sigterm")]
    [InlineData("15")]
    [InlineData("0")]
    public void A_signal_has_a_name_or_a_number(string signal)
    {
        Put("a", ProcessState.Stopping);
        Assert.Equal("True", _here.Call("supervisor.signalProcess", "a", signal).Python());
    }

    [Fact] // R-066
    public void A_signal_is_refused_for_the_first_of_its_reasons()
    {
        Put("a", ProcessState.Stopped);
        Assert.Equal("BAD_SIGNAL: BOGUS", _here.Fault("supervisor.signalProcess", "a", "BOGUS"));
        Assert.Equal("BAD_SIGNAL: 999", _here.Fault("supervisor.signalProcess", "a", 999));
        Assert.Equal("NOT_RUNNING: a", _here.Fault("supervisor.signalProcess", "a", 15));
    }

    [Fact] // R-067
    public void A_bad_signal_to_a_group_is_one_fault_for_each()
    {
        Put("a", ProcessState.Running);
        Put("b", ProcessState.Stopped);
        Assert.Equal("[{name: 'a', group: 'a', status: 11, description: 'BAD_SIGNAL: BOGUS'}]",
            _here.Call("supervisor.signalAllProcesses", "BOGUS").Python());
        Assert.Equal("BAD_NAME: nope", _here.Fault("supervisor.signalProcessGroup", "nope", "HUP"));
    }

    [Fact] // R-081, R-082
    public void Text_for_stdin_is_refused_for_the_first_of_its_reasons()
    {
        Put("a", ProcessState.Stopped);
        Put("b", ProcessState.Stopping);
        Put("c", ProcessState.Running);
        Assert.Equal("INCORRECT_PARAMETERS: 5", _here.Fault("supervisor.sendProcessStdin", "nope", 5));
        Assert.Equal("BAD_NAME: nope", _here.Fault("supervisor.sendProcessStdin", "nope", "x"));
        Assert.Equal("NOT_RUNNING: a", _here.Fault("supervisor.sendProcessStdin", "a", "x"));
        Assert.Equal("NOT_RUNNING: b", _here.Fault("supervisor.sendProcessStdin", "b", "x"));
        Assert.Equal("NO_FILE: c", _here.Fault("supervisor.sendProcessStdin", "c", "x"));
    }

    [Fact] // R-016, R-070: Supervisor answers HTTP 500
    public void A_parameter_of_another_type_is_INCORRECT_PARAMETERS()
    {
        Assert.Equal("INCORRECT_PARAMETERS", _here.Fault("supervisor.startProcess", 5));
        Assert.Equal("INCORRECT_PARAMETERS", _here.Fault("supervisor.getProcessInfo", XmlRpcNil.Instance));
        Assert.Equal("INCORRECT_PARAMETERS", _here.Fault("supervisor.readLog", "x", 0));
        Assert.Equal("INCORRECT_PARAMETERS", _here.Fault("supervisor.readLog", new XmlRpcDouble(double.NaN), 0));
    }

    [Fact] // R-043, R-032, R-034
    public void All_processes_are_told_in_the_order_of_their_names()
    {
        _here.Add("b", ProcessState.Stopped, SupervisorStub.Program("z"), SupervisorStub.Program("Z"));
        Put("a", ProcessState.Fatal);
        var all = ((XmlRpcArray)_here.Call("supervisor.getAllProcessInfo")).Items.Cast<XmlRpcStruct>().ToList();
        Assert.Equal(["'a' 'a'", "'b' 'Z'", "'b' 'z'"], all.Select(one => $"{one.Find("group")!.Python()} {one.Find("name")!.Python()}"));
        Assert.Equal(
            "name group start stop now state statename spawnerr exitstatus logfile stdout_logfile stderr_logfile pid description".Split(' '),
            all[0].Members.Select(member => member.Key));
        Assert.Equal("200 'FATAL' 0", $"{all[0].Find("state")!.Python()} {all[0].Find("statename")!.Python()} {all[0].Find("stop")!.Python()}");
    }
}
