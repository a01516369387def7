using Init.Config;
using Init.Processes;
using Init.XmlRpc;

namespace Init.Rpc;

/// <summary>The configuration while we run: what has changed, and groups that come and go .</summary>
internal sealed class ConfigurationMethods(ISupervisor supervisor)
{
    private static readonly RpcParameter _name = new("string", "name", "name of the group");
    private static readonly (string, string) _true = ("boolean", "always true, unless it is a fault");

    internal IEnumerable<RpcMethod> All()
    {
        yield return new("reloadConfig", "Reads the configuration again and compares it with what runs. Nothing is changed by it.", [],
            ("array", "an array of three arrays: names of groups added, changed and removed"),
            (_, result) => ReloadConfig(result));
        yield return new("addProcessGroup", "Adds a group of the configuration as last read.", [_name], _true,
            (arguments, result) => AddProcessGroup(arguments.Text(0), result));
        yield return new("removeProcessGroup", "Removes a group that is stopped.", [_name], _true,
            (arguments, result) => RemoveProcessGroup(arguments.Text(0), result));
    }

    private Deferred? ReloadConfig(XmlRpcWriter result)
    {
        try
        {
            supervisor.Reread();
        }
        catch (ConfigException e)
        {
            throw new RpcFault(FaultCode.CantReread, e.Message);
        }
        var running = supervisor.Groups;
        var read = supervisor.Configuration.Groups.DistinctBy(group => group.Name).ToList();
        result.BeginArray();
        result.BeginArray();
        Names(result, read.Where(group => running.Find(group.Name) is null).Select(group => group.Name));
        Names(result, read.Where(group => running.Find(group.Name) is { } now && supervisor.HasChanged(now, group)).Select(group => group.Name));
        Names(result, running.Arrivals.Where(group => !read.Exists(next => next.Name == group.Config.Name)).Select(group => group.Config.Name));
        result.EndArray();
        result.EndArray();
        return null;
    }

    private static void Names(XmlRpcWriter result, IEnumerable<string> names)
    {
        result.BeginArray();
        foreach (var name in names)
            result.String(name);
        result.EndArray();
    }

    private Deferred? AddProcessGroup(string name, XmlRpcWriter result)
    {
        var group = supervisor.Configuration.Groups.FirstOrDefault(group => group.Name == name) ?? throw new RpcFault(FaultCode.BadName, name);
        if (supervisor.Groups.Find(name) is not null)
            throw new RpcFault(FaultCode.AlreadyAdded, name);
        try
        {
            supervisor.Add(group);
        }
        catch (ConfigException e)
        {
            throw new RpcFault(FaultCode.Failed, e.Message);
        }
        result.Boolean(true);
        return null;
    }

    private Deferred? RemoveProcessGroup(string name, XmlRpcWriter result)
    {
        var group = Named.Group(supervisor, name);
        if (!group.IsStopped)
            throw new RpcFault(FaultCode.StillRunning, name);
        supervisor.Remove(group);
        result.Boolean(true);
        return null;
    }
}
