using System.Globalization;
using Init.Config;
using Init.Processes;
using Init.States;
using Init.XmlRpc;

namespace Init.Rpc;

/// <summary>Starting, stopping and signalling .</summary>
internal sealed class ControlMethods(ISupervisor supervisor)
{
    private const string ByRequest = "by request";

    private static readonly RpcParameter _name = new("string", "name", "name of the process, `group:name`, or `group:*` for all of a group");
    private static readonly RpcParameter _group = new("string", "name", "name of the group");
    private static readonly RpcParameter _signal = new("string", "signal", "name of the signal, with or without SIG, or its number");
    private static readonly (string, string) _true = ("boolean", "always true, unless it is a fault");
    private static readonly (string, string) _array = ("array", "a struct of name, group, status and description for each process");

    internal IEnumerable<RpcMethod> All()
    {
        RpcParameter started = new("boolean", "wait", "whether to wait until it has been up for startsecs", IsOptional: true);
        yield return new("startProcess", "Starts a process.", [_name, started], _true,
            (arguments, result) => OneOrAll(arguments.Text(0), arguments.TruthOrDefault(1), StartGroup, Start, result));
        yield return new("startProcessGroup", "Starts every process of a group that does not run.", [_group, started], _array,
            (arguments, _) => StartGroup(Named.Group(supervisor, arguments.Text(0)).ByPriority, arguments.TruthOrDefault(1)));
        yield return new("startAllProcesses", "Starts every process that does not run.", [started], _array,
            (arguments, _) => StartGroup(supervisor.Groups.ByPriority, arguments.TruthOrDefault(0)));

        RpcParameter stopped = new("boolean", "wait", "whether to wait until it has ended", IsOptional: true);
        yield return new("stopProcess", "Stops a process.", [_name, stopped], _true,
            (arguments, result) => OneOrAll(arguments.Text(0), arguments.TruthOrDefault(1), StopGroup, Stop, result));
        yield return new("stopProcessGroup", "Stops every process of a group that runs.", [_group, stopped], _array,
            (arguments, _) => StopGroup(Named.Group(supervisor, arguments.Text(0)).ByPriority, arguments.TruthOrDefault(1)));
        yield return new("stopAllProcesses", "Stops every process that runs.", [stopped], _array,
            (arguments, _) => StopGroup(supervisor.Groups.ByPriority, arguments.TruthOrDefault(0)));

        yield return new("signalProcess", "Sends a signal to a process.", [_name, _signal], _true,
            (arguments, result) => SignalNamed(arguments.Text(0), arguments[1], result));
        yield return new("signalProcessGroup", "Sends a signal to every process of a group that has one.", [_group, _signal], _array,
            (arguments, _) => SignalGroup(Named.Group(supervisor, arguments.Text(0)).ByPriority, arguments[1]));
        yield return new("signalAllProcesses", "Sends a signal to every process.", [_signal], _array,
            (arguments, _) => SignalGroup(supervisor.Groups.ByPriority, arguments[0]));
    }

    /// <summary>A name means one process, or all of a group .</summary>
    private Deferred? OneOrAll(
        string name, bool wait, Func<IEnumerable<Subprocess>, bool, Deferred> group, Func<string, Subprocess, bool, Wait?> one, XmlRpcWriter result)
    {
        var (all, process) = Named.Any(supervisor, name);
        if (process is null)
            return group(all.ByPriority, wait);
        return one(name, process, wait) ?? True(result);
    }

    private static Deferred? True(XmlRpcWriter result)
    {
        result.Boolean(true);
        return null;
    }

    private EachProcess StartGroup(IEnumerable<Subprocess> processes, bool wait) =>
        new(supervisor.Dependencies.InOrder(processes.Where(process => !process.Status.State.IsRunning() || process.IsBetweenTries)), (name, process) => Start(name, process, wait));

    internal Wait? Start(string name, Subprocess process, bool wait)
    {
        // Before anything else, even when it runs already.
        if (process.FindCommand() is { Error: { } error } command)
            throw new RpcFault(command.IsMissing ? FaultCode.NoFile : FaultCode.NotExecutable, error);
        if (process.Status.State.IsRunning() && !process.IsBetweenTries)
            throw new RpcFault(FaultCode.AlreadyStarted, name);
        if (process.Status.State == ProcessState.Unknown)
            throw new RpcFault(FaultCode.Failed, $"{name} is in an unknown process state");
        supervisor.Dependencies.Start(process, ByRequest);
        if (process.WaitsFor is null && process.Status.SpawnError is { Length: > 0 })
            throw new RpcFault(FaultCode.SpawnError, name);
        return wait && process.Status.State != ProcessState.Running ? new StartWait(process, name, supervisor.Dependencies) : null;
    }

    /// <summary>Those that need others of them first.</summary>
    private EachProcess StopGroup(IEnumerable<Subprocess> processes, bool wait)
    {
        var wanted = processes.Where(process => process.IsWanted).ToList();
        var dependents = supervisor.Dependencies.DependentsAmong(wanted);
        return new(Dependencies.InOrder(wanted, process => dependents[process]), (name, process) => Stop(name, process, wait, dependents[process]));
    }

    internal StopWait? Stop(string name, Subprocess process, bool wait) => Stop(name, process, wait, []);

    private StopWait? Stop(string name, Subprocess process, bool wait, IReadOnlyList<Subprocess> dependents)
    {
        if (!process.IsWanted && process.Leftover is null)
            throw new RpcFault(FaultCode.NotRunning, name);
        supervisor.Dependencies.Stop(process, ByRequest, dependents);
        if (process.Status.State == ProcessState.Unknown)
            throw new RpcFault(FaultCode.Failed, process.Status.SpawnError);
        return wait && !process.IsGone ? new StopWait(process, supervisor.Activity, supervisor.Dependencies) : null;
    }

    private Deferred? SignalNamed(string name, XmlRpcValue signal, XmlRpcWriter result)
    {
        var (all, process) = Named.Any(supervisor, name);
        if (process is null)
            return SignalGroup(all.ByPriority, signal);
        Signal(name, process, signal);
        return True(result);
    }

    private static EachProcess SignalGroup(IEnumerable<Subprocess> processes, XmlRpcValue signal) =>
        new(processes.Where(process => process.Status.State.IsSignallable()), (name, process) => Signal(name, process, signal));

    private static Wait? Signal(string name, Subprocess process, XmlRpcValue signal)
    {
        var number = Number(signal);
        if (!process.Status.State.IsSignallable())
            throw new RpcFault(FaultCode.NotRunning, name);
        return process.Signal(number) is { } failure ? throw new RpcFault(FaultCode.Failed, failure) : null;
    }

    private static int Number(XmlRpcValue signal)
    {
        var text = signal switch
        {
            XmlRpcString(var word) => word,
            XmlRpcInteger(var number) => number.ToString(CultureInfo.InvariantCulture),
            _ => throw new RpcFault(FaultCode.IncorrectParameters),
        };
        try
        {
            return Values.Signal(text);
        }
        catch (ConfigException)
        {
            throw new RpcFault(FaultCode.BadSignal, text);
        }
    }
}
