using Init.Rpc;
using Init.States;
using Init.XmlRpc;
using Xunit;

namespace Init.Unit.Rpc;

public sealed class MulticallTests : IDisposable
{
    private readonly SupervisorStub _here = new();

    public void Dispose() => _here.Dispose();

    private static XmlRpcStruct To(XmlRpcValue method, params XmlRpcValue[] parameters) =>
        new([new("methodName", method), new("params", new XmlRpcArray(parameters))]);

    private string Call(params XmlRpcValue[] calls) => _here.Call("system.multicall", new XmlRpcArray(calls)).Python();

    private RpcReply Begin(params XmlRpcValue[] calls) =>
        _here.Begin(new RpcTable(_here, ["supervisor"]), "system.multicall", new XmlRpcArray(calls));

    [Fact]
    public void No_calls_have_no_values() => Assert.Equal("[]", Call());

    [Fact] // the values are not wrapped in arrays of one
    public void Each_call_has_its_value_or_its_fault_in_order()
    {
        _here.Add("foo");
        Assert.Equal(
            "['3.0', {faultCode: 10, faultString: 'BAD_NAME: bar'}, {faultCode: 70, faultString: 'NOT_RUNNING: foo'}, "
            + "{faultCode: 1, faultString: 'UNKNOWN_METHOD'}, {faultCode: 2, faultString: 'INCORRECT_PARAMETERS'}, [], 'supervisor']",
            Call(
                To("supervisor.getAPIVersion"),
                To("supervisor.getProcessInfo", "bar"),
                To("supervisor.stopProcess", "foo"),
                To("supervisor.nope"),
                To("supervisor.getPID", 1),
                To("supervisor.stopAllProcesses"),
                To("supervisor.getIdentification")));
    }

    [Fact]
    public void Parameters_may_be_left_out_but_must_be_an_array() => Assert.Equal(
        "['3.0', {faultCode: 2, faultString: 'INCORRECT_PARAMETERS'}]",
        Call(
            new XmlRpcStruct([new("methodName", "supervisor.getAPIVersion")]),
            new XmlRpcStruct([new("methodName", "supervisor.getAPIVersion"), new("params", "")])));

    [Fact]
    public void A_call_without_a_method_name_is_a_fault()
    {
        const string Fault = "{faultCode: 2, faultString: 'INCORRECT_PARAMETERS: No methodName'}";
        Assert.Equal($"[{Fault}, {Fault}, {Fault}]", Call(new XmlRpcStruct([]), "supervisor.getPID", To(1)));
    }

    [Fact]
    public void A_multicall_in_a_multicall_is_a_fault() => Assert.Equal(
        "[{faultCode: 2, faultString: 'INCORRECT_PARAMETERS: Recursive system.multicall forbidden'}, '3.0']",
        Call(To("system.multicall", new XmlRpcArray([To("supervisor.shutdown")])), To("supervisor.getAPIVersion")));

    [Fact]
    public void What_is_no_array_is_a_fault_of_the_whole() => Assert.Equal("INCORRECT_PARAMETERS", _here.Fault("system.multicall", "x"));

    [Fact] // R-091, but for the name of the exception's class
    public void A_defect_in_one_call_is_a_fault_of_that_one()
    {
        _here.Next = () => throw new InvalidOperationException("a defect");
        Assert.Equal("[{faultCode: 30, faultString: 'FAILED: System.InvalidOperationException:a defect'}, '3.0']",
            Call(To("supervisor.reloadConfig"), To("supervisor.getAPIVersion")));
    }

    [Fact]
    public void While_the_daemon_ends_it_succeeds_with_faults_in_it()
    {
        _here.State = SupervisorState.Shutdown;
        Assert.Equal("[{faultCode: 6, faultString: 'SHUTDOWN_STATE'}, ['int']]",
            Call(To("supervisor.getPID"), To("system.methodSignature", "supervisor.getPID")));
    }

    [Fact]
    public void A_call_that_must_wait_holds_back_those_behind_it()
    {
        var slow = _here.Add("slow", ProcessState.Running);
        var reply = Begin(To("supervisor.restart"), To("supervisor.stopProcess", "slow"), To("supervisor.shutdown"));
        for (var n = 0; n < 3; n++)
            _here.Turn();
        Assert.False(reply.WhenDone.IsCompleted);
        Assert.Equal(["restart"], _here.Asked);
        Assert.Equal(ProcessState.Stopping, slow.Status.State);

        SupervisorStub.Put(slow, ProcessState.Stopped);
        _here.Turn();
        Assert.Equal("[True, True, True]", SupervisorStub.Value(reply).Python());
        Assert.Equal(["restart", "shutdown"], _here.Asked);
    }

    [Fact] // L-071
    public void It_wants_to_be_asked_when_the_call_that_waits_does()
    {
        _here.Add("slow", ProcessState.Running);
        Begin(To("supervisor.stopProcess", "slow"));
        Assert.NotNull(_here.Deadline);
        Assert.Contains("INFO waiting for slow to stop\n", _here.ActivityText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_call_that_fails_after_a_wait_is_a_fault_among_values()
    {
        File.Delete(_here.ActivityFile);
        Assert.Equal($"['3.0', {{faultCode: 20, faultString: 'NO_FILE: {_here.ActivityFile}'}}, '3.0']",
            Call(To("supervisor.getAPIVersion"), To("supervisor.readLog", 0, 0), To("supervisor.getVersion")));
    }

    [Fact]
    public void Other_clients_do_not_wait_for_it()
    {
        var slow = _here.Add("slow", ProcessState.Running);
        var reply = Begin(To("supervisor.stopProcess", "slow"));
        Assert.Equal("'3.0'", _here.Call("supervisor.getAPIVersion").Python());
        Assert.False(reply.WhenDone.IsCompleted);
        SupervisorStub.Put(slow, ProcessState.Exited);
        _here.Turn();
        Assert.Equal("[True]", SupervisorStub.Value(reply).Python());
        Assert.Null(_here.Deadline);
    }

    [Fact]
    public void What_is_awaited_when_the_daemons_life_is_over_is_a_fault_and_so_is_what_is_called_then()
    {
        SupervisorStub.Put(_here.Add("slow"), ProcessState.Running);
        var awaited = Begin(To("supervisor.stopProcess", "slow"));
        Assert.False(awaited.WhenDone.IsCompleted);
        _here.End();
        Assert.Equal("SHUTDOWN_STATE", Assert.Throws<RpcFault>(() => SupervisorStub.Value(awaited)).Message);
        Assert.Equal("SHUTDOWN_STATE", _here.Fault("supervisor.getPID"));
    }

    [Fact]
    public void Many_calls_are_made_in_several_turns()
    {
        var calls = Enumerable.Range(0, 120).Select(_ => To("supervisor.getPID")).ToArray();
        var reply = Begin(calls);
        Assert.False(reply.WhenDone.IsCompleted);
        Assert.Equal(TimeSpan.Zero, _here.Deadline);
        for (var turns = 0; !reply.WhenDone.IsCompleted; turns++)
        {
            Assert.True(turns < 10);
            _here.Turn();
        }
        Assert.Equal(120, ((XmlRpcArray)SupervisorStub.Value(reply)).Items.Count);
    }
}
