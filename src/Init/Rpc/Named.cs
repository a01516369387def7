using Init.Processes;
using Init.XmlRpc;

namespace Init.Rpc;

/// <summary>What a name in a call stands for, or BAD_NAME with the text as given .</summary>
internal static class Named
{
    internal static (ProcessGroup Group, Subprocess? Process) Any(ISupervisor supervisor, string name) =>
        Namespec.Find(supervisor.Groups, name) ?? throw new RpcFault(FaultCode.BadName, name);

    /// <summary>Where a whole group cannot be meant.</summary>
    internal static Subprocess Process(ISupervisor supervisor, string name) =>
        Any(supervisor, name).Process ?? throw new RpcFault(FaultCode.BadName, name);

    internal static ProcessGroup Group(ISupervisor supervisor, string name) =>
        supervisor.Groups.Find(name) ?? throw new RpcFault(FaultCode.BadName, name);
}
