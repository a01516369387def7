using Init.Config;
using Init.Os;
using Init.Processes;
using Init.XmlRpc;

namespace Init.Rpc;

/// <summary>Who we are and how we are, and our end .</summary>
internal static class StateMethods
{
    internal static IEnumerable<RpcMethod> Of(ISupervisor supervisor)
    {
        foreach (var name in new[] { "getAPIVersion", "getVersion" })
            yield return new(name, "The version of this XML-RPC interface, which changes when the interface does.", [],
                ("string", "version of the interface"),
                (_, result) => Text(result, ApiVersion.Rpc));
        yield return new("getSupervisorVersion", "The version of Supervisor that this daemon behaves as.", [],
            ("string", "version of Supervisor"),
            (_, result) => Text(result, ApiVersion.Supervisor));
        yield return new("getIdentification", "The name given to this daemon by `identifier` or -i, to tell several apart.", [],
            ("string", "identifier"),
            (_, result) => Text(result, supervisor.Configuration.Supervisord.Identifier));
        yield return new("getState", "The state of the daemon itself, as a code and its name.", [],
            ("struct", "statecode and statename"),
            (_, result) => GetState(supervisor, result));
        yield return new("getPID", "The process id of the daemon.", [],
            ("int", "process id"),
            (_, result) => Number(result, Children.OwnPid));
        yield return new("shutdown", "Stops all processes, then ends the daemon.", [],
            ("boolean", "always true, unless it is a fault"),
            (_, result) => Shutdown(supervisor, result));
        yield return new("restart", "Stops all processes, reads the configuration again, and starts anew in the same daemon.", [],
            ("boolean", "always true, unless it is a fault"),
            (_, result) => Restart(supervisor, result));
    }

    private static Deferred? Text(XmlRpcWriter result, string text)
    {
        result.String(text);
        return null;
    }

    private static Deferred? Number(XmlRpcWriter result, long number)
    {
        result.Integer(number);
        return null;
    }

    private static Deferred? GetState(ISupervisor supervisor, XmlRpcWriter result)
    {
        result.BeginStruct();
        result.Member("statecode"u8, (int)supervisor.State);
        result.Member("statename"u8, supervisor.State.ToString().ToUpperInvariant());
        result.EndStruct();
        return null;
    }

    private static Deferred? Shutdown(ISupervisor supervisor, XmlRpcWriter result)
    {
        supervisor.Shutdown();
        result.Boolean(true);
        return null;
    }

    /// <summary>A configuration that is bad is a fault, and nothing is stopped for it (not so in Supervisor, L-105).</summary>
    private static Deferred? Restart(ISupervisor supervisor, XmlRpcWriter result)
    {
        try
        {
            supervisor.Restart();
        }
        catch (ConfigException e)
        {
            throw new RpcFault(FaultCode.CantReread, e.Message);
        }
        result.Boolean(true);
        return null;
    }
}
