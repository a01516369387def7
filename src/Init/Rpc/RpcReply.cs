using Init.XmlRpc;

namespace Init.Rpc;

/// <summary>The answer to one request: written on the loop thread, then awaited by the request's.</summary>
internal sealed class RpcReply
{
    // Continuations run elsewhere: the loop thread has better things to do than to write to a client.
    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal RpcReply(XmlRpcWriter document) => Document = document;

    /// <summary>The response, once <see cref="WhenDone"/> is true.</summary>
    internal XmlRpcWriter Document { get; }

    /// <summary>False when the method failed in an unexpected way: HTTP 500 .</summary>
    internal Task<bool> WhenDone => _done.Task;

    internal void Done() => _done.SetResult(true);

    internal void Failed() => _done.SetResult(false);
}
