using Init.Config;
using Init.Os;
using Init.Output;
using Init.XmlRpc;

namespace Init.Rpc;

/// <summary>Calls under way on the loop thread, and those whose answers are not known yet.</summary>
internal sealed class PendingCalls(ActivityLog activity)
{
    private readonly List<(RpcReply Reply, Deferred Answer)> _pending = [];
    private bool _ended;

    /// <summary>When an answer wants to be asked for although nothing has happened.</summary>
    internal TimeSpan? Deadline
    {
        get
        {
            TimeSpan? earliest = null;
            foreach (var (_, answer) in _pending)
                if (answer.Deadline is { } at && (earliest is null || at < earliest))
                    earliest = at;
            return earliest;
        }
    }

    internal void Begin(RpcTable table, XmlRpcCall call, RpcReply reply)
    {
        Deferred? answer = null;
        if (Attempt(reply, call, () =>
            {
                if (_ended)
                    throw new RpcFault(FaultCode.ShutdownState);
                reply.Document.BeginResponse();
                answer = table.CallTraced(call.MethodName, call.Parameters, reply.Document);
                return answer is null || answer.Advance(reply.Document);
            }))
            return;
        _pending.Add((reply, answer!));
    }

    /// <summary>To be called after each turn of the loop.</summary>
    internal void Advance()
    {
        // An answer may begin no other call, so the list stays what it is meanwhile.
        _pending.RemoveAll(call => Attempt(call.Reply, null, () => call.Answer.Advance(call.Reply.Document)));
    }

    /// <summary>Nobody waits for this answer any more; what was begun goes on.</summary>
    internal void Forget(RpcReply reply)
    {
        if (_pending.RemoveAll(call => call.Reply == reply) > 0)
            reply.Failed();
    }

    /// <summary>Nothing will happen any more that an answer could wait for: this life of the daemon is over.</summary>
    internal void End()
    {
        _ended = true;
        foreach (var (reply, _) in _pending)
            Attempt(reply, null, () => throw new RpcFault(FaultCode.ShutdownState));
        _pending.Clear();
    }

    /// <returns>Whether the reply is complete, in whatever way.</returns>
    private bool Attempt(RpcReply reply, XmlRpcCall? call, Func<bool> advance)
    {
        try
        {
            if (!advance())
                return false;
            reply.Document.EndResponse();
            reply.Done();
        }
        catch (RpcFault fault)
        {
            reply.Document.Clear();
            reply.Document.FaultResponse((int)fault.Code, fault.Message);
            reply.Done();
        }
        catch (Exception e) when (e is TooManyBytesException or OutOfMemoryException)
        {
            if (e is OutOfMemoryException)
                activity.Log(LogLevel.Error, $"There is no memory for an answer{(call is null ? "" : $" to {call.MethodName}")}");
            reply.Document.Release();
            reply.Document.FaultResponse((int)FaultCode.Failed, "there is no memory for all of this answer; ask for parts");
            reply.Done();
        }
        catch (Exception e)
        {
            activity.Log(call is null ? LogLevel.Error : LogLevel.Critical, call is null
                ? "XML-RPC response callback error:" // R-009
                : $"Handling XML-RPC request of {call.MethodName} raised an unexpected exception: ", e);
            reply.Failed();
        }
        return true;
    }
}
