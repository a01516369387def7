using Init.Config;
using Init.Processes;
using Init.States;
using Init.XmlRpc;

namespace Init.Rpc;

/// <summary>Every method under `namespace.name`: those of each `[rpcinterface:x]`, and `system`.</summary>
internal sealed class RpcTable
{
    private const string System = "system";

    private readonly ISupervisor _supervisor;
    private readonly SortedDictionary<string, RpcMethod> _methods = new(StringComparer.Ordinal);

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
    }

    internal IEnumerable<string> Names => _methods.Keys;

    private void Add(string name, IEnumerable<RpcMethod> methods)
    {
        foreach (var method in methods)
            _methods[$"{name}.{method.Name}"] = method;
    }

    internal RpcMethod? Find(string name) => _methods.GetValueOrDefault(name);

    /// <summary>Calls a method: its value is written, or will be by the deferred answer that is returned.</summary>
    /// <exception cref="RpcFault">The answer is a fault.</exception>
    internal Deferred? Call(string name, IReadOnlyList<XmlRpcValue> parameters, XmlRpcWriter result)
    {
        var arguments = new RpcArguments(parameters);
        var traced = _supervisor.Activity.IsEnabled(LogLevel.Trace);
        if (traced)
            _supervisor.Activity.Log(LogLevel.Trace, $"XML-RPC method called: {name}({arguments})");
        try
        {
            var method = Find(name) ?? throw new RpcFault(FaultCode.UnknownMethod);
            if (!method.Takes(parameters.Count))
                throw new RpcFault(FaultCode.IncorrectParameters);
            if (_supervisor.State < SupervisorState.Running && !name.StartsWith(System + ".", StringComparison.Ordinal) && method.Name != InputMethods.SendRemoteCommEvent)
                throw new RpcFault(FaultCode.ShutdownState);
            var deferred = method.Body(arguments, result);
            if (traced && deferred is null)
                _supervisor.Activity.Log(LogLevel.Trace, $"XML-RPC method {name}() returned successfully");
            return deferred;
        }
        catch (RpcFault fault) when (traced)
        {
            _supervisor.Activity.Log(LogLevel.Trace, $"XML-RPC method {name}() returned fault: [{(int)fault.Code}] {fault.Message}");
            throw;
        }
    }
}
