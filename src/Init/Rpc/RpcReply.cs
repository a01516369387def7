using Init.XmlRpc;

namespace Init.Rpc;

/// <summary>The answer to one request: written on the loop thread, then awaited by the request's.</summary>
internal sealed class RpcReply
{
    // What awaits it goes on at once, on the loop thread: to hand the answer to a thread of the pool would cost more than to hand it to
    // the kernel, which never waits. What a client does not take at once is sent from the threads of HTTP.
    private readonly TaskCompletionSource<bool> _done = new();

    internal RpcReply(XmlRpcWriter document) => Document = document;

    /// <summary>The response, once <see cref="WhenDone"/> is true.</summary>
    internal XmlRpcWriter Document { get; }

    /// <summary>False when the method failed in an unexpected way: HTTP 500 .</summary>
    internal Task<bool> WhenDone => _done.Task;

    internal void Done() => _done.SetResult(true);

    internal void Failed() => _done.SetResult(false);
}
