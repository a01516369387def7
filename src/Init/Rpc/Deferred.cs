using Init.XmlRpc;

namespace Init.Rpc;

/// <summary>An answer that is not known yet. It is asked after every turn of the loop, where everything happens that it may wait for.</summary>
internal abstract class Deferred
{
    /// <summary>Writes the value once it is known; false, and nothing written, while it is not.</summary>
    /// <exception cref="RpcFault">The answer is a fault.</exception>
    internal abstract bool Advance(XmlRpcWriter result);

    /// <summary>When it wants to be asked although nothing has happened.</summary>
    internal virtual TimeSpan? Deadline => null;
}

/// <summary>Waits for something to be so; the answer is true.</summary>
internal abstract class Wait : Deferred
{
    /// <exception cref="RpcFault">It will never be so.</exception>
    internal abstract bool IsOver();

    internal override bool Advance(XmlRpcWriter result)
    {
        if (!IsOver())
            return false;
        result.Boolean(true);
        return true;
    }
}
