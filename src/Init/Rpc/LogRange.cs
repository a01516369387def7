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
        // No sum of the two may overflow; beyond the size both mean the same.
        offset = Math.Clamp(offset, -size - 1, size + 1);
        length = Math.Clamp(length, -size - 1, size + 1);
        var overflow = size > offset + length;
        if (overflow)
            offset = size - 1;
        if (offset + length > size)
        {
            if (offset > size - 1)
                length = 0;
            offset = size - length;
        }
        return From(Math.Max(0, offset), Math.Max(0, length), size) with { Overflow = overflow };
    }

    private static LogRange From(long start, long count, long size) => new(start, Math.Clamp(size - start, 0, count));
}
