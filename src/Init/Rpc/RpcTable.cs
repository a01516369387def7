using Init.Config;
using Init.Processes;
using Init.States;
using Init.XmlRpc;

namespace Init.Rpc;

/// <summary>Every method under `namespace.name`: those of each `[rpcinterface:x]`, `system`, and our own.</summary>
internal sealed class RpcTable
{
    private const string System = "system";

    private readonly ISupervisor _supervisor;
    private readonly SortedDictionary<string, RpcMethod> _methods = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RpcMethod> _own = new(StringComparer.Ordinal);

    /// <param name="namespaces">Of the main interface: as a rule `supervisor` alone (C-189).</param>
    internal RpcTable(ISupervisor supervisor, IEnumerable<string> namespaces)
    {
        _supervisor = supervisor;
        foreach (var name in namespaces.Where(name => name != System))
            Add(name,
            [
                .. StateMethods.Of(supervisor),
                .. InfoMethods.Of(supervisor),
                .. new ControlMethods(supervisor).All(),
                .. new LogMethods(supervisor).All(),
                .. new ConfigurationMethods(supervisor).All(),
                .. new InputMethods(supervisor).All(),
            ]);
        Add(System, new SystemMethods(this).All());
        foreach (var method in OwnMethods.Of(supervisor))
            _own[$"{OwnMethods.Namespace}.{method.Name}"] = method;
    }

    /// <summary>As system.listMethods tells them: without our own.</summary>
    internal IEnumerable<string> Names => _methods.Keys;

    private void Add(string name, IEnumerable<RpcMethod> methods)
    {
        foreach (var method in methods)
            _methods[$"{name}.{method.Name}"] = method;
    }

    internal RpcMethod? Find(string name) => _methods.GetValueOrDefault(name) ?? _own.GetValueOrDefault(name);

    /// <summary>Calls a method: its value is written, or will be by the deferred answer that is returned.</summary>
    /// <exception cref="RpcFault">The answer is a fault.</exception>
    internal Deferred? Call(string name, IReadOnlyList<XmlRpcValue> parameters, XmlRpcWriter result)
    {
        var method = Find(name) ?? throw new RpcFault(FaultCode.UnknownMethod);
        if (!method.Takes(parameters.Count))
            throw new RpcFault(FaultCode.IncorrectParameters);
        if (_supervisor.State < SupervisorState.Running && !name.StartsWith(System + ".", StringComparison.Ordinal) && method.Name != InputMethods.SendRemoteCommEvent)
            throw new RpcFault(FaultCode.ShutdownState);
        return method.Body(new RpcArguments(parameters), result);
    }

    /// <summary>
    /// The same for a whole request, said at loglevel trace: without the parameters, which may be secrets, and with success for
    /// an answer that is yet to come.
    /// </summary>
    /// <exception cref="RpcFault">The answer is a fault.</exception>
    internal Deferred? CallTraced(string name, IReadOnlyList<XmlRpcValue> parameters, XmlRpcWriter result)
    {
        var activity = _supervisor.Activity;
        if (!activity.IsEnabled(LogLevel.Trace))
            return Call(name, parameters, result);
        activity.Log(LogLevel.Trace, $"XML-RPC method called: {name}()");
        try
        {
            var deferred = Call(name, parameters, result);
            activity.Log(LogLevel.Trace, $"XML-RPC method {name}() returned successfully");
            return deferred;
        }
        catch (RpcFault fault)
        {
            activity.Log(LogLevel.Trace, $"XML-RPC method {name}() returned fault: [{(int)fault.Code}] {fault.Message}");
            throw;
        }
    }
}
