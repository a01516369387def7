using System.Runtime.CompilerServices;
using Init.Config;
using Init.Events;
using Init.Loop;
using Init.Os;
using Init.Output;
using Init.Processes;
using Init.Rpc;
using Init.States;
using Init.Unit.Output;
using Init.Unit.Processes;
using Init.XmlRpc;
using Xunit;

namespace Init.Unit.Rpc;

/// <summary>A daemon with processes in whatever state a test wants, none of which exists, and what clients have asked of it.</summary>
internal sealed class SupervisorStub : ISupervisor, IDisposable
{
    /// <summary>More than there can be: a signal to it reaches nobody.</summary>
    internal const int NoPid = int.MaxValue;

    private static readonly Moment _started = new(TimeSpan.FromHours(1), new DateTimeOffset(2026, 11, 21, 2, 32, 10, TimeSpan.Zero));

    private readonly OutputHarness _output = new(level: LogLevel.Trace, echo: false);
    private readonly PendingCalls _calls;

    internal SupervisorStub()
    {
        _calls = new PendingCalls(_output.Activity);
        Dependencies = new Dependencies(Groups);
    }

    public SupervisorState State { get; set; } = SupervisorState.Running;

    public EventLoop Loop => _output.Loop;

    public ActivityLog Activity => _output.Activity;

    public ProcessGroups Groups { get; } = new([]);

    public Reports Reports { get; } = new();

    public EventBus Events => _output.Events;

    public Dependencies Dependencies { get; }

    public ChangeFeed Feed { get; } = new();

    public Configuration Configuration { get; set; } = new()
    {
        Path = "/etc/supervisord.conf",
        Supervisord = Configurations.Supervisord(null),
        Groups = [],
        HttpServers = [],
        RpcInterfaces = [],
        Warnings = [],
        Infos = [],
    };

    /// <summary>What was asked of the daemon, in order.</summary>
    internal List<string> Asked { get; } = [];

    /// <summary>What a reread finds.</summary>
    internal Func<Configuration>? Next { get; set; }

    internal string ActivityText => _output.ActivityText;

    internal string ActivityFile => _output.File("activity.log");

    internal string File(string name) => _output.File(name);

    public void Reread() => Configuration = Next is null ? Configuration : Next();

    public bool HasChanged(ProcessGroup running, GroupConfig next) =>
        GroupComparison.Differ(running.Config, running.Environment, next, Configuration.Supervisord.Environment);

    public void Add(GroupConfig group) => Asked.Add($"add {group.Name}");

    public void Remove(ProcessGroup group) => Asked.Add($"remove {group.Config.Name}");

    public void Shutdown() => Asked.Add("shutdown");

    public void Restart() => Asked.Add("restart");

    /// <summary>A group of programs that are in a state.</summary>
    internal ProcessGroup Add(string name, ProcessState state, params ProcessConfig[] programs)
    {
        var context = new ProcessContext(_output.Outlets, new Dictionary<string, string>(), [], null, new Prober(_output.Loop), Reports);
        var config = new GroupConfig { Name = name, Priority = 999, Kind = GroupKind.Programs, Processes = programs };
        var group = new ProcessGroup(config, [], [.. programs.Select(one => new Subprocess(one, name, Log(one, true), Log(one, false), context))]);
        foreach (var process in group.Processes)
            Put(process, state);
        Groups.Add(group);
        return group;

        ProcessLog Log(ProcessConfig one, bool isStdout) =>
            new(one.Name, name, isStdout, isStdout ? one.Stdout : one.Stderr, one.Output, null, _output.Outlets);
    }

    /// <summary>A program of its own group.</summary>
    internal Subprocess Add(string name, ProcessState state = ProcessState.Stopped, Func<ProcessConfig, ProcessConfig>? change = null) =>
        Add(name, state, Program(name, change)).Processes[0];

    internal static ProcessConfig Program(string name, Func<ProcessConfig, ProcessConfig>? change = null)
    {
        var config = MachineTestbed.Program(config => config with { Name = name, Command = "/bin/cat" });
        return change is null ? config : change(config);
    }

    /// <summary>Puts a process into a state that it would need a real one for.</summary>
    internal static void Put(Subprocess process, ProcessState state, Func<ProcessStatus, ProcessStatus>? change = null)
    {
        var status = new ProcessStatus
        {
            State = state,
            Pid = state is ProcessState.Running or ProcessState.Starting or ProcessState.Stopping or ProcessState.Unknown ? NoPid : 0,
            Started = _started,
        };
        StatusOf(process) = change is null ? status : change(status);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_status")]
    private static extern ref ProcessStatus StatusOf(Subprocess process);

    internal RpcReply Begin(RpcTable table, string method, params XmlRpcValue[] parameters)
    {
        var reply = new RpcReply(new XmlRpcWriter());
        _calls.Begin(table, new XmlRpcCall(method, parameters), reply);
        return reply;
    }

    internal TimeSpan? Deadline => _calls.Deadline;

    /// <summary>A turn of the loop, and what comes of it.</summary>
    internal void Turn()
    {
        Loop.Turn(Clock.Now);
        _calls.Advance();
    }

    /// <summary>This life of the daemon is over.</summary>
    internal void End() => _calls.End();

    /// <summary>The value of a call.</summary>
    /// <exception cref="RpcFault">The answer is a fault.</exception>
    internal XmlRpcValue Call(string method, params XmlRpcValue[] parameters)
    {
        var reply = Begin(new RpcTable(this, ["supervisor"]), method, parameters);
        var patience = Clock.Now + TimeSpan.FromSeconds(10);
        while (!reply.WhenDone.IsCompleted)
        {
            Loop.Turn(patience);
            Assert.True(Clock.Now < patience, "nothing woke the loop for the answer");
            _calls.Advance();
        }
        return Value(reply);
    }

    internal static XmlRpcValue Value(RpcReply reply)
    {
        Assert.True(reply.WhenDone.IsCompleted, "it is not answered yet");
        Assert.True(reply.WhenDone.Result, "it failed unexpectedly");
        return XmlRpcReader.ReadResponse(reply.Document.Written);
    }

    /// <summary>The fault of a call: `BAD_NAME: foo`.</summary>
    internal string Fault(string method, params XmlRpcValue[] parameters) =>
        Assert.Throws<RpcFault>(() => Call(method, parameters)).Message;

    public void Dispose()
    {
        Groups.Dispose();
        _output.Dispose();
    }
}

/// <summary>Values written the way Python shows them.</summary>
internal static class Shown
{
    internal static string Python(this XmlRpcValue value) => value switch
    {
        XmlRpcString(var text) => $"'{text}'",
        XmlRpcInteger(var number) => $"{number}",
        XmlRpcBoolean(var truth) => $"{truth}",
        XmlRpcArray(var items) => $"[{string.Join(", ", items.Select(Python))}]",
        XmlRpcStruct(var members) => $"{{{string.Join(", ", members.Select(member => $"{member.Key}: {member.Value.Python()}"))}}}",
        _ => value.ToString(),
    };
}
