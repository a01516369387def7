using Init.Config;
using Init.Rpc;
using Init.States;
using Init.XmlRpc;
using Xunit;

namespace Init.Unit.Rpc;

public sealed class RpcTableTests : IDisposable
{
    /// <summary>R-086.</summary>
    private const string Names = """
        supervisor.addProcessGroup supervisor.clearAllProcessLogs supervisor.clearLog supervisor.clearProcessLog
        supervisor.clearProcessLogs supervisor.getAPIVersion supervisor.getAllConfigInfo supervisor.getAllProcessInfo
        supervisor.getIdentification supervisor.getPID supervisor.getProcessInfo supervisor.getState
        supervisor.getSupervisorVersion supervisor.getVersion supervisor.readLog supervisor.readMainLog
        supervisor.readProcessLog supervisor.readProcessStderrLog supervisor.readProcessStdoutLog supervisor.reloadConfig
        supervisor.removeProcessGroup supervisor.restart supervisor.sendProcessStdin supervisor.sendRemoteCommEvent
        supervisor.shutdown supervisor.signalAllProcesses supervisor.signalProcess supervisor.signalProcessGroup
        supervisor.startAllProcesses supervisor.startProcess supervisor.startProcessGroup supervisor.stopAllProcesses
        supervisor.stopProcess supervisor.stopProcessGroup supervisor.tailProcessLog supervisor.tailProcessStderrLog
        supervisor.tailProcessStdoutLog system.listMethods system.methodHelp system.methodSignature system.multicall
        """;

    private readonly SupervisorStub _here = new();

    public void Dispose() => _here.Dispose();

    private static string[] All => Names.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);

    public static TheoryData<string> Methods() => [.. All];

    [Fact] // R-085, R-086
    public void The_methods_are_the_41_of_Supervisor_in_order()
    {
        var names = ((XmlRpcArray)_here.Call("system.listMethods")).Items.Select(name => ((XmlRpcString)name).Text).ToList();
        Assert.Equal(41, names.Count);
        Assert.Equal(All, names);
    }

    [Theory] // R-088
    [InlineData("boolean", "clearLog shutdown restart")]
    [InlineData("boolean,string", "addProcessGroup removeProcessGroup clearProcessLog clearProcessLogs")]
    [InlineData("boolean,string,string", "sendProcessStdin sendRemoteCommEvent signalProcess")]
    [InlineData("boolean,string,boolean", "startProcess stopProcess")]
    [InlineData("string", "getAPIVersion getVersion getSupervisorVersion getIdentification")]
    [InlineData("string,int,int", "readLog readMainLog")]
    [InlineData("string,string,int,int", "readProcessLog readProcessStdoutLog readProcessStderrLog")]
    [InlineData("int", "getPID")]
    [InlineData("struct", "getState")]
    [InlineData("struct,string", "getProcessInfo")]
    [InlineData("array", "getAllProcessInfo getAllConfigInfo clearAllProcessLogs reloadConfig system.listMethods")]
    [InlineData("array,boolean", "startAllProcesses stopAllProcesses")]
    [InlineData("array,string", "signalAllProcesses system.methodSignature")]
    [InlineData("array,string,boolean", "startProcessGroup stopProcessGroup")]
    [InlineData("array,string,string", "signalProcessGroup")]
    [InlineData("array,string,int,int", "tailProcessLog tailProcessStdoutLog tailProcessStderrLog")]
    [InlineData("array,array", "system.multicall")]
    [InlineData("string,string", "system.methodHelp")]
    public void A_method_has_its_signature(string signature, string methods)
    {
        foreach (var name in methods.Split(' ').Select(name => name.Contains('.', StringComparison.Ordinal) ? name : $"supervisor.{name}"))
            Assert.Equal($"['{signature.Replace(",", "', '", StringComparison.Ordinal)}']", _here.Call("system.methodSignature", name).Python());
    }

    [Theory] // R-087
    [MemberData(nameof(Methods))]
    public void A_method_has_its_help_with_the_tags_that_clients_read(string name)
    {
        var help = ((XmlRpcString)_here.Call("system.methodHelp", name)).Text;
        var types = ((XmlRpcArray)_here.Call("system.methodSignature", name)).Items.Select(type => ((XmlRpcString)type).Text).ToList();
        var told = from line in help.Split('\n').Select(line => line.Trim()) where line.StartsWith("@param ", StringComparison.Ordinal) select line.Split(' ')[1];
        Assert.Equal(types.Skip(1), told);
        Assert.Contains($"\n        @return {types[0]} ", help, StringComparison.Ordinal);
        Assert.StartsWith(" ", help, StringComparison.Ordinal);
    }

    [Theory] // R-087, R-088
    [InlineData("system.methodHelp")]
    [InlineData("system.methodSignature")]
    public void Of_an_unknown_method_nothing_can_be_told(string method)
    {
        Assert.Equal("SIGNATURE_UNSUPPORTED", _here.Fault(method, "supervisor.nope"));
        Assert.Equal("SIGNATURE_UNSUPPORTED", _here.Fault(method, "getPID"));
    }

    [Theory] // R-006
    [InlineData("")]
    [InlineData("getPID")]
    [InlineData("supervisor")]
    [InlineData("supervisor.")]
    [InlineData("supervisor.nope")]
    [InlineData("supervisor._update")]
    [InlineData("supervisor.getPID.x")]
    [InlineData("nope.getPID")]
    [InlineData(" supervisor.getPID")]
    [InlineData("supervisor.getPID ")]
    [InlineData("supervisor.getpid")]
    [InlineData("system.getPID")]
    [InlineData("supervisor.multicall")]
    public void A_name_that_is_none_is_UNKNOWN_METHOD(string name) => Assert.Equal("UNKNOWN_METHOD", _here.Fault(name));

    [Theory] // R-007
    [MemberData(nameof(Methods))]
    public void Another_number_of_parameters_is_INCORRECT_PARAMETERS(string name)
    {
        var parameters = Parameters(name);
        Assert.Equal("INCORRECT_PARAMETERS", _here.Fault(name, [.. parameters, "one more"]));
        var optional = parameters is [.., XmlRpcBoolean]; // `wait`, and nothing else
        if (parameters.Length > (optional ? 1 : 0))
            Assert.Equal("INCORRECT_PARAMETERS", _here.Fault(name, parameters[..^(optional ? 2 : 1)]));
    }

    [Theory] // R-010
    [MemberData(nameof(Methods))]
    public void While_the_daemon_ends_only_system_methods_and_one_other_answer(string name)
    {
        _here.Add("foo", ProcessState.Running);
        foreach (var state in new[] { SupervisorState.Shutdown, SupervisorState.Restarting })
        {
            _here.State = state;
            if (name.StartsWith("system.", StringComparison.Ordinal) || name == "supervisor.sendRemoteCommEvent")
                Assert.NotNull(_here.Call(name, Parameters(name)));
            else
                Assert.Equal("SHUTDOWN_STATE", _here.Fault(name, Parameters(name)));
        }
        Assert.Empty(_here.Asked);
    }

    /// <summary>Some that fit the signature.</summary>
    private XmlRpcValue[] Parameters(string name) =>
    [
        .. ((XmlRpcArray)_here.Call("system.methodSignature", name)).Items.Skip(1).Select<XmlRpcValue, XmlRpcValue>(type => ((XmlRpcString)type).Text switch
        {
            "string" => name.StartsWith("system.", StringComparison.Ordinal) ? "system.multicall" : "foo",
            "int" => 0,
            "boolean" => true,
            _ => new XmlRpcArray([]),
        }),
    ];

    [Fact] // C-189
    public void Each_interface_has_the_methods_under_its_own_name()
    {
        var table = new RpcTable(_here, ["one", "two"]);
        Assert.Equal(37 * 2 + 4, table.Names.Count());
        Assert.Equal("'3.0'", SupervisorStub.Value(_here.Begin(table, "two.getAPIVersion")).Python());
        Assert.Null(table.Find("supervisor.getAPIVersion"));
        Assert.Equal(4, new RpcTable(_here, []).Names.Count());
    }

    [Fact]
    public void An_interface_cannot_take_the_name_of_system() => Assert.Null(new RpcTable(_here, ["system"]).Find("system.shutdown"));

    [Fact] // R-008
    public async Task A_defect_is_no_answer_and_is_said()
    {
        _here.Next = () => throw new InvalidOperationException("a defect");
        var reply = _here.Begin(new RpcTable(_here, ["supervisor"]), "supervisor.reloadConfig");
        Assert.False(await reply.WhenDone);
        Assert.Contains("CRIT Handling XML-RPC request of supervisor.reloadConfig raised an unexpected exception: "
            + "System.InvalidOperationException: a defect", _here.ActivityText, StringComparison.Ordinal);
    }

    [Fact] // R-025
    public void A_configuration_that_is_bad_is_CANT_REREAD()
    {
        _here.Next = () => throw new ConfigException("could not find config file /x");
        Assert.Equal("CANT_REREAD: could not find config file /x", _here.Fault("supervisor.reloadConfig"));
    }

    [Fact] // R-024
    public void A_reread_tells_what_is_added_changed_and_removed()
    {
        foreach (var name in new[] { "same", "gone", "other" })
            _here.Add(name);
        GroupConfig Group(string name, int priority) => _here.Groups.Find("same")!.Config with
        {
            Name = name,
            Priority = priority,
            Processes = [SupervisorStub.Program(name)],
        };
        _here.Next = () => _here.Configuration with { Groups = [Group("new", 1), Group("other", 2), Group("newer", 3), Group("same", 999)] };
        Assert.Equal("[[['new', 'newer'], ['other'], ['gone']]]", _here.Call("supervisor.reloadConfig").Python());
        Assert.Empty(_here.Asked);
    }

    [Fact] // R-029
    public void A_group_is_added_from_the_configuration_as_last_read()
    {
        var running = _here.Add("runs").Group;
        var config = _here.Groups.Find(running)!.Config;
        _here.Configuration = _here.Configuration with { Groups = [config, config with { Name = "new" }] };
        Assert.Equal("True", _here.Call("supervisor.addProcessGroup", "new").Python());
        Assert.Equal("ALREADY_ADDED: runs", _here.Fault("supervisor.addProcessGroup", "runs"));
        _here.Configuration = _here.Configuration with { Groups = [] };
        Assert.Equal("BAD_NAME: runs", _here.Fault("supervisor.addProcessGroup", "runs"));
        Assert.Equal("BAD_NAME: nope", _here.Fault("supervisor.addProcessGroup", "nope"));
        Assert.Equal(["add new"], _here.Asked);
    }

    [Theory] // R-030
    [InlineData("Stopped", true)]
    [InlineData("Exited", true)]
    [InlineData("Fatal", true)]
    [InlineData("Unknown", true)]
    [InlineData("Running", false)]
    [InlineData("Starting", false)]
    [InlineData("Backoff", false)]
    [InlineData("Stopping", false)]
    public void A_group_is_removed_once_all_of_it_is_stopped(string state, bool removed)
    {
        var group = _here.Add("g", ProcessState.Stopped, SupervisorStub.Program("a"), SupervisorStub.Program("b"));
        SupervisorStub.Put(group.Processes[1], Enum.Parse<ProcessState>(state));
        Assert.Equal("BAD_NAME: a", _here.Fault("supervisor.removeProcessGroup", "a"));
        if (removed)
            Assert.Equal("True", _here.Call("supervisor.removeProcessGroup", "g").Python());
        else
            Assert.Equal("STILL_RUNNING: g", _here.Fault("supervisor.removeProcessGroup", "g"));
        Assert.Equal(removed ? ["remove g"] : [], _here.Asked);
    }

    [Fact] // R-114
    public void At_trace_each_request_is_logged_with_its_end()
    {
        _here.Call("system.multicall", new XmlRpcArray([new XmlRpcStruct([new("methodName", "supervisor.getPID")])])); // in it, none
        _here.Call("supervisor.getAPIVersion");
        _here.Fault("supervisor.getProcessInfo", "it's");
        Assert.Equal(
            [
                "XML-RPC method called: system.multicall()",
                "XML-RPC method system.multicall() returned successfully",
                "XML-RPC method called: supervisor.getAPIVersion()",
                "XML-RPC method supervisor.getAPIVersion() returned successfully",
                "XML-RPC method called: supervisor.getProcessInfo()",
                "XML-RPC method supervisor.getProcessInfo() returned fault: [10] BAD_NAME: it's",
            ],
            _here.ActivityText.Split('\n')[..^1].Select(line => line[(line.IndexOf("TRAC ", StringComparison.Ordinal) + 5)..]));
    }

    [Fact] // R-020, R-022
    public void The_daemon_tells_its_state_and_takes_its_end()
    {
        Assert.Equal("{statecode: 1, statename: 'RUNNING'}", _here.Call("supervisor.getState").Python());
        Assert.Equal($"{Environment.ProcessId}", _here.Call("supervisor.getPID").Python());
        Assert.Equal("'supervisor'", _here.Call("supervisor.getIdentification").Python());
        Assert.Equal("True", _here.Call("supervisor.restart").Python());
        Assert.Equal("True", _here.Call("supervisor.shutdown").Python());
        Assert.Equal(["restart", "shutdown"], _here.Asked);
    }
}
