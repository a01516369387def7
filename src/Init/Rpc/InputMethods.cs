using System.Text;
using Init.Events;
using Init.Processes;
using Init.States;
using Init.XmlRpc;

namespace Init.Rpc;

/// <summary>What clients have to say to programs .</summary>
internal sealed class InputMethods(ISupervisor supervisor)
{
    /// <summary>The one method that answers while everything ends .</summary>
    internal const string SendRemoteCommEvent = "sendRemoteCommEvent";

    internal IEnumerable<RpcMethod> All()
    {
        yield return new("sendProcessStdin", "Writes text to the stdin of a process, as UTF-8. What it does not read yet is kept for it.",
            [new("string", "name", "name of the process, or `group:name`"), new("string", "chars", "text to write")],
            ("boolean", "always true, unless it is a fault"),
            SendProcessStdin);
        yield return new(SendRemoteCommEvent, "Sends an event to those event listeners that subscribe to REMOTE_COMMUNICATION.",
            [new("string", "type", "type in the event's header"), new("string", "data", "body of the event")],
            ("boolean", "always true"),
            SendRemoteComm);
    }

    private Deferred? SendRemoteComm(RpcArguments arguments, XmlRpcWriter result)
    {
        supervisor.Events.Notify(EventType.RemoteCommunication, $"type:{Shown(0)}\n{Shown(1)}"); // E-019
        result.Boolean(true);
        return null;

        string Shown(int index) => arguments[index] is XmlRpcString(var text) ? text : new RpcArguments([arguments[index]]).ToString();
    }

    private Deferred? SendProcessStdin(RpcArguments arguments, XmlRpcWriter result)
    {
        var text = arguments[1] as XmlRpcString ?? throw new RpcFault(FaultCode.IncorrectParameters, new RpcArguments([arguments[1]]).ToString());
        var name = arguments.Text(0);
        var process = Named.Process(supervisor, name);
        if (process.Status.Pid == 0 || process.Status.State == ProcessState.Stopping)
            throw new RpcFault(FaultCode.NotRunning, name);
        switch (process.WriteStdin(Encoding.UTF8.GetBytes(text.Text)))
        {
            case InputResult.Closed:
                throw new RpcFault(FaultCode.NoFile, name);
            case InputResult.Full:
                throw new RpcFault(FaultCode.Failed, $"{name} does not read its stdin, and more than {ChildInput.MostWaiting} bytes wait for it");
            default:
                result.Boolean(true);
                return null;
        }
    }
}
