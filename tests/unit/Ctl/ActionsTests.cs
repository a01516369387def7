using Init.Ctl;
using Init.XmlRpc;
using Xunit;

namespace Init.Unit.Ctl;

/// <summary>What no real daemon says on demand: odd results, odd versions, faults of another state.</summary>
public sealed class ActionsTests
{
    private readonly Dictionary<string, Func<IReadOnlyList<XmlRpcValue>, XmlRpcValue>> _methods = new()
    {
        ["supervisor.getVersion"] = _ => "3.0",
    };

    [Fact]
    public void Another_api_version_is_refused() // T-026
    {
        _methods["supervisor.getVersion"] = _ => "4.0";
        Assert.Equal(
            (5, "Sorry, this version of supervisorctl expects to talk to a server with API version 3.0, but the remote version is 4.0.\n"),
            Run("pid"));
        Assert.Equal(4, Run("status").Status); // T-024
    }

    [Fact]
    public void A_server_without_the_namespace_is_told_apart() // T-025
    {
        _methods["supervisor.getVersion"] = _ => throw new RpcFault(FaultCode.UnknownMethod);
        var (status, text) = Run("pid");
        Assert.Equal(3, status);
        Assert.StartsWith("Sorry, supervisord responded but did not recognize the supervisor namespace commands", text, StringComparison.Ordinal);
    }

    [Theory] // T-031, T-089, T-095, T-097, T-099, T-102, T-105
    [InlineData("stop a", 1, "error: <class 'xmlrpc.client.Fault'>, <Fault 6: 'SHUTDOWN_STATE'>")]
    [InlineData("remove a", 1, "error: <class 'xmlrpc.client.Fault'>, <Fault 6: 'SHUTDOWN_STATE'>")]
    [InlineData("reread", 1, "ERROR: supervisor shutting down")]
    [InlineData("update", 1, "ERROR: already shutting down")]
    [InlineData("add a", 1, "ERROR: shutting down")]
    [InlineData("avail", 1, "ERROR: supervisor shutting down")]
    [InlineData("shutdown", 0, "ERROR: already shutting down")]
    [InlineData("reload", 1, "ERROR: already shutting down")]
    public void During_shutdown_each_action_says_it_its_way(string line, int status, string text)
    {
        _methods.Clear();
        Assert.Equal((status, text + "\n"), Run(line, new RpcFault(FaultCode.ShutdownState)));
    }

    [Theory] // T-045 to T-054, T-057, T-058, T-065, T-067, T-084
    [InlineData("start a", nameof(FaultCode.NoFile), "", 1, "a: ERROR (no such file)")]
    [InlineData("start a", nameof(FaultCode.NotExecutable), "", 1, "a: ERROR (file is not executable)")]
    [InlineData("start a", nameof(FaultCode.AbnormalTermination), "", 7, "a: ERROR (abnormal termination)")]
    [InlineData("start g:a", nameof(FaultCode.SpawnError), "", 7, "g:a: ERROR (spawn error)")]
    [InlineData("start a", nameof(FaultCode.AlreadyStarted), "", 0, "a: ERROR (already started)")]
    [InlineData("start u", nameof(FaultCode.Failed), "x", 1, "error: <class 'ValueError'>, Unknown result code 30 for u")]
    [InlineData("stop a", nameof(FaultCode.Failed), "unknown problem killing a", 1, "FAILED: unknown problem killing a")]
    [InlineData("stop a", nameof(FaultCode.NotRunning), "", 0, "a: ERROR (not running)")]
    [InlineData("signal HUP a", nameof(FaultCode.NotRunning), "", 7, "a: ERROR (not running)")]
    [InlineData("signal HUP g:*", nameof(FaultCode.Failed), "x", 1, "error: <class 'xmlrpc.client.Fault'>, <Fault 30: 'FAILED: x'>")]
    [InlineData("clear a", nameof(FaultCode.Failed), "a", 1, "a: ERROR (failed)")]
    [InlineData("tail a", nameof(FaultCode.Failed), "a", 1, "a: ERROR (unknown error reading log)")]
    [InlineData("tail a", nameof(FaultCode.NoFile), "a", 1, "a: ERROR (no log file)")]
    [InlineData("maintail", nameof(FaultCode.Failed), "a", 1, "supervisord: ERROR (unknown error reading log)")]
    [InlineData("maintail", nameof(FaultCode.NoFile), "a", 1, "supervisord: ERROR (no log file)")]
    public void A_fault_becomes_a_line_and_a_status(string line, string code, string extra, int status, string text) =>
        Assert.Equal((status, text + "\n"), Run(line, new RpcFault(Enum.Parse<FaultCode>(code), extra)));

    [Fact]
    public void A_server_that_does_not_know_why_says_so_once() => Assert.Equal(
        (1, "ERROR: this server does not know why (it has no init.getProcessHistory, which is Init's own)\n"), Run("why a b"));

    [Fact]
    public void Why_tells_what_happened_and_what_was_said_without_its_control_characters()
    {
        _methods["init.getProcessHistory"] = _ => Struct(
            ("name", "a"), ("group", "a"), ("state", 100), ("statename", "EXITED"), ("description", "Nov 21 07:53 PM"), ("health", ""),
            ("restarts", 0), ("failed_starts", 0),
            ("changes", new XmlRpcArray([Struct(("time", 0), ("state", 100), ("statename", "EXITED"), ("cause", "exited with status 3 (not expected)"))])),
            ("last_run", Struct(("user", new XmlRpcDouble(1.5)), ("system", new XmlRpcDouble(0)), ("resident", 3 << 20), ("resident_is_bound", false))),
            ("failed_at", 0), ("failed_stderr", string.Concat(Enumerable.Range(1, 12).Select(n => $"line {n}\n")) + "\u001b[31mred\r\n"), ("stderr", "later"));
        var (status, text) = Run("why a");
        Assert.Equal(0, status);
        var lines = text.TrimEnd('\n').Split('\n');
        Assert.Equal("a: EXITED, Nov 21 07:53 PM", lines[0]);
        Assert.EndsWith("  EXITED    exited with status 3 (not expected)", lines[1], StringComparison.Ordinal);
        Assert.Equal("  last run: 1.50 s user, 0.00 s system, at most 3.0 MB resident", lines[2]);
        Assert.Matches("^  last lines of stderr, when it failed at 19(70|69)-", lines[3]);
        Assert.Equal([.. Enumerable.Range(4, 9).Select(n => $"  | line {n}"), "  | \ufffd[31mred"], lines[4..]);
    }

    private static XmlRpcStruct Struct(params (string Name, XmlRpcValue Value)[] members) =>
        new([.. members.Select(member => KeyValuePair.Create(member.Name, member.Value))]);

    [Fact]
    public void The_last_failure_decides_and_success_does_not_reset() // T-036, T-037
    {
        _methods["supervisor.startProcess"] = parameters => parameters[0] == "zz" ? throw new RpcFault(FaultCode.BadName, "zz")
            : parameters[0] == "quick" ? throw new RpcFault(FaultCode.SpawnError, "quick") : true;
        Assert.Equal(7, Run("start zz quick ok").Status);
        Assert.Equal(1, Run("start quick zz ok").Status);
    }

    [Fact]
    public void Update_goes_on_after_a_group_that_would_not_stop() // T-090 to T-093
    {
        _methods["supervisor.reloadConfig"] = _ => List(List(List("new"), List("changed"), List("stuck", "gone")));
        _methods["supervisor.stopProcessGroup"] = parameters => parameters[0] == "stuck"
            ? List(new XmlRpcStruct([new("status", (long)FaultCode.Failed)]))
            : List();
        foreach (var method in new[] { "addProcessGroup", "removeProcessGroup" })
            _methods["supervisor." + method] = _ => true;
        Assert.Equal(
            (1, "stuck: stopped\nstuck: has problems; not removing\ngone: stopped\ngone: removed process group\n" +
                "changed: stopped\nchanged: updated process group\nnew: added process group\n"),
            Run("update"));
    }

    [Fact]
    public void Wide_names_push_the_columns() // T-039
    {
        var name = new string('é', 39) + "😀";
        _methods["supervisor.getAllProcessInfo"] = _ => List(
            Process("a", "a", 20, "RUNNING", "pid 1"), Process("g", name[..^2], 1000, "UNKNOWN", ""), Process(name, name, 10, "STARTING", ""));
        Assert.Equal(
            (3, $"a{new string(' ', 43)}RUNNING   pid 1\ng:{name[..^2]}   UNKNOWN   \n{name}    STARTING  \n"),
            Run("status"));
        static XmlRpcStruct Process(string group, string name, long state, string stateName, string description) => new(
            [new("group", group), new("name", name), new("state", state), new("statename", stateName), new("description", description)]);
    }

    [Fact]
    public void A_result_of_another_shape_is_an_error_line()
    {
        _methods["supervisor.getPID"] = _ => "one";
        Assert.Equal((1, "error: <class 'TypeError'>, an unexpected XmlRpcString\n"), Run("pid"));
    }

    [Fact]
    public void The_list_of_help_is_as_Pythons() => Assert.Equal( // T-114
        "\ndefault commands (type help <topic>):\n=====================================\n" +
        "add    exit      open  reload  restart   start   tail   \navail  fg        pid   remove  shutdown  status  update \n" +
        "clear  maintail  quit  reread  signal    stop    version\n\n",
        Run("help").Text);

    [Theory] // names of ours: patterns
    [InlineData("stop web_*", "web:web_0 web:web_1")]
    [InlineData("start web:web_? redis", "web:web_0 web:web_1 redis")]
    [InlineData("stop [q-s]*", "redis")]
    [InlineData("stop *", "redis web:web_0 web:web_1 we*rd")]
    [InlineData("stop web_* web:web_1", "web:web_0 web:web_1")]
    [InlineData("stop nix*", "nix*")] // what is like nothing is asked for as it is
    [InlineData("stop we[*]rd", "we*rd")]
    public void A_pattern_is_each_process_that_is_like_it(string line, string asked) => Assert.Equal(
        asked, Asked(line, Named("redis", "redis"), Named("web", "web_0"), Named("web", "web_1"), Named("we*rd", "we*rd")));

    [Theory] // as for Supervisor, to which it is no pattern
    [InlineData("start a?", "a?")]
    [InlineData("start a?:a?", "a?:a?")]
    [InlineData("start g?:b*", "g?:b*")]
    [InlineData("start g?", "g?")] // which is no process's
    [InlineData("start g?:c*", "gg:cc")] // and this is nobody's
    [InlineData("start a? a[?b]", "a? ab")]
    public void What_is_a_name_as_it_is_written_is_no_pattern(string line, string asked) => Assert.Equal(
        asked, Asked(line, Named("a?", "a?"), Named("ab", "ab"), Named("g?", "b*"), Named("g?", "bb"), Named("gg", "bb"), Named("gg", "cc")));

    [Fact]
    public void A_group_whose_name_looks_like_a_pattern_is_that_group()
    {
        Healthy(("g?", "a", "FATAL"), ("gg", "a", "FATAL"));
        Assert.Equal((1, "g?:a: FATAL\n"), Run("health g?:*"));
    }

    private string Asked(string line, params XmlRpcValue[] processes)
    {
        _methods["supervisor.getAllProcessInfo"] = _ => List(processes);
        var names = new List<string>();
        foreach (var method in new[] { "startProcess", "stopProcess" })
            _methods["supervisor." + method] = parameters =>
            {
                names.Add(((XmlRpcString)parameters[0]).Text);
                return true;
            };
        Run(line);
        return string.Join(' ', names);
    }

    [Fact] // Supervisor's own
    public void A_group_with_its_star_is_the_group()
    {
        var groups = new List<XmlRpcValue>();
        _methods["supervisor.stopProcessGroup"] = parameters =>
        {
            groups.Add(parameters[0]);
            return List();
        };
        Run("stop web:*");
        Assert.Equal([new XmlRpcString("web")], groups);
    }

    [Fact]
    public void Status_as_JSON_has_every_member()
    {
        _methods["supervisor.getAllProcessInfo"] = _ => List(Named("g", "a\"\n\u00e9"));
        Assert.Equal((0, "[{\"group\": \"g\", \"name\": \"a\\\"\\n\u00e9\", \"state\": 20}]\n"), Run("status --json"));
    }

    private void Healthy(params (string Group, string Name, string Problem)[] processes) => _methods["init.getHealth"] = _ => List(
        [.. processes.Select(one => new XmlRpcStruct([new("group", one.Group), new("name", one.Name), new("problem", one.Problem)]))]);

    [Fact]
    public void Health_is_silent_when_all_is_well()
    {
        Healthy(("web", "web", ""), ("g", "a", ""));
        Assert.Equal((0, ""), Run("health"));
    }

    [Theory]
    [InlineData("health", 1, "g:a: FATAL\nweb: waiting for redis:ready\n")]
    [InlineData("health all", 1, "g:a: FATAL\nweb: waiting for redis:ready\n")]
    [InlineData("health web", 1, "web: waiting for redis:ready\n")]
    [InlineData("health g:b", 0, "")]
    [InlineData("health g:*", 1, "g:a: FATAL\n")]
    [InlineData("health [a-g]", 1, "g:a: FATAL\n")]
    [InlineData("health w* web", 1, "web: waiting for redis:ready\n")]
    [InlineData("health nix", 1, "nix: ERROR (no such process)\n")]
    [InlineData("health nix:*", 1, "nix: ERROR (no such group)\n")]
    [InlineData("health nix*", 1, "nix*: ERROR (no such process)\n")]
    public void Health_has_a_line_for_each_that_is_not_as_it_should_be(string line, int status, string text)
    {
        Healthy(("g", "a", "FATAL"), ("g", "b", ""), ("web", "web", "waiting for redis:ready"));
        Assert.Equal((status, text), Run(line));
    }

    [Fact] // which knows no init.getHealth
    public void Health_of_Pythons_daemon_is_what_its_states_tell()
    {
        _methods["init.getHealth"] = _ => throw new RpcFault(FaultCode.UnknownMethod);
        _methods["supervisor.getAllProcessInfo"] = _ => List(
            Info("running", 20, "RUNNING"), Info("stopped", 0, "STOPPED"), Info("starting", 10, "STARTING"), Info("done", 100, "EXITED"),
            Info("failed", 100, "EXITED", spawnerr: "Bad exit code 3"), Info("tries", 30, "BACKOFF", "Exited too quickly"), Info("fatal", 200, "FATAL", "no such file"));
        Assert.Equal((1, "starting: STARTING\nfailed: EXITED Bad exit code 3\ntries: BACKOFF Exited too quickly\nfatal: FATAL no such file\n"), Run("health"));

        static XmlRpcStruct Info(string name, long state, string stateName, string description = "", string spawnerr = "") => new(
            [new("group", name), new("name", name), new("state", state), new("statename", stateName), new("description", description), new("spawnerr", spawnerr)]);
    }

    [Fact]
    public void Health_is_not_good_while_the_daemon_ends() =>
        Assert.Equal((1, "supervisord: shutting down\n"), Run("health", new RpcFault(FaultCode.ShutdownState)));

    private static XmlRpcStruct Named(string group, string name) => new(
        [KeyValuePair.Create<string, XmlRpcValue>("group", group), KeyValuePair.Create<string, XmlRpcValue>("name", name), KeyValuePair.Create<string, XmlRpcValue>("state", 20)]);

    private static XmlRpcArray List(params XmlRpcValue[] items) => new(items);

    private (int Status, string Text) Run(string line, RpcFault? fault = null)
    {
        var output = Path.GetTempFileName();
        using var file = File.OpenHandle(output, FileMode.Open, FileAccess.Write);
        var printer = new Printer((int)file.DangerousGetHandle());
        var session = new Session(
            new ControlSettings(), printer, Waiting.Uninterrupted, new LineInput(printer, Waiting.Uninterrupted), _ => new Rpc(_methods, fault));
        session.Run(line);
        printer.Flush();
        file.Dispose();
        var text = File.ReadAllText(output);
        File.Delete(output);
        return (session.ExitStatus, text);
    }

    private sealed class Rpc(Dictionary<string, Func<IReadOnlyList<XmlRpcValue>, XmlRpcValue>> methods, RpcFault? fault) : IRpc
    {
        public XmlRpcValue Call(string method, params ReadOnlySpan<XmlRpcValue> parameters) => methods.TryGetValue(method, out var answer)
            ? answer(parameters.ToArray())
            : throw fault ?? new RpcFault(FaultCode.UnknownMethod);
    }

    /// <summary>A row is a line, whatever a server says of a process.</summary>
    [Fact]
    public void A_status_is_a_line_for_each_process()
    {
        _methods["supervisor.getAllProcessInfo"] = _ => List(Struct(
            ("group", "a\nb RUNNING"), ("name", "c\u202e"), ("state", 20L), ("statename", "RUNNING"), ("description", "x\n\x1b[2Jy RUNNING\u2028")));
        var (_, text) = Run("status");
        Assert.Equal(1, text.Count(character => character == '\n'));
        Assert.DoesNotContain(text.TrimEnd('\n'), character => Init.Os.VisibleText.IsCommand(character));
    }
}
