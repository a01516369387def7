using Init.XmlRpc;

namespace Init.Rpc;

/// <summary>Which bytes of a log a client means by an offset and a length.</summary>
/// <param name="Start">Of the first byte.</param>
/// <param name="Count">Of bytes, as many as there are at most.</param>
/// <param name="Overflow">Of a tail: there is more than was asked for.</param>
internal readonly record struct LogRange(long Start, long Count, bool Overflow = false)
{
    /// <summary>readLog's rules: a negative offset means the end of the log, a length of 0 all that follows.</summary>
    /// <exception cref="RpcFault">BAD_ARGUMENTS.</exception>
    internal static LogRange OfRead(long offset, long length, long size)
    {
        if (length < 0 || (offset < 0 && length != 0))
            throw new RpcFault(FaultCode.BadArguments);
        if (offset < 0)
            return From(Math.Max(0, size + Math.Max(offset, -size)), long.MaxValue, size);
        return From(offset, length == 0 ? long.MaxValue : length, size);
    }

    /// <summary>tailProcessLog's rule: a client that fell behind is taken to the end.</summary>
    internal static LogRange OfTail(long offset, long length, long size)
    {
        // Python's integers have no end: these hold any sum of the two.
        Int128 start = offset, count = length;
        var overflow = size > start + count;
        if (overflow)
            start = size - 1;
        if (start + count > size)
        {
            if (start > size - 1)
                count = 0;
            start = size - count;
        }
        return From((long)Int128.Clamp(start, 0, size), (long)Int128.Clamp(count, 0, size), size) with { Overflow = overflow };
    }

    private static LogRange From(long start, long count, long size) => new(start, Math.Clamp(size - start, 0, count));
}
