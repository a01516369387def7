using Init.Loop;
using Init.Os;
using Init.Output;
using Init.XmlRpc;
using static Init.Native.Libc;

namespace Init.Rpc;

/// <summary>Reads a part of a log file, and makes an answer of it, away from the loop: it may be large, and its disk slow.</summary>
internal sealed class LogRead : Deferred
{
    /// <summary>Of one answer, in bytes.</summary>
    internal const long Most = 16 * 1024 * 1024;

    private readonly Task<XmlRpcWriter> _answer;

    /// <param name="range">Which part of a log of that size.</param>
    /// <param name="write">Writes the answer, of null when there is no such file; on another thread.</param>
    internal LogRead(string path, Func<long, LogRange> range, EventLoop loop, Action<Part?, XmlRpcWriter> write)
    {
        _answer = Task.Run(() =>
        {
            var answer = new XmlRpcWriter();
            write(Read(path, range), answer);
            return answer;
        });
        // The turn of the loop in which the answer is asked for; only once the task has ended, or nothing would ask again.
        _answer.ContinueWith(_ => loop.Post(static () => { }), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    /// <summary>Bytes of a log, and how many it has.</summary>
    internal sealed record Part(byte[] Bytes, long Size, bool Overflow);

    internal override bool Advance(XmlRpcWriter result)
    {
        if (!_answer.IsCompleted)
            return false;
        result.Values(_answer.GetAwaiter().GetResult());
        return true;
    }

    /// <summary>The same part of what is kept in memory, where the log began so many bytes ago.</summary>
    internal static Part Read(OutputRing ring, Func<long, LogRange> range)
    {
        var (start, count, overflow) = range(ring.Total);
        var kept = ring.Last(ring.Length);
        var first = (int)Math.Clamp(start - (ring.Total - kept.Length), 0, kept.Length);
        var end = (int)Math.Clamp(start + count - (ring.Total - kept.Length), first, kept.Length);
        return new Part(kept[first..end], ring.Total, overflow);
    }

    private static Part? Read(string path, Func<long, LogRange> range)
    {
        if (Descriptors.Stat(path).Kind == FileKind.Missing)
            return null;
        try
        {
            var fd = Descriptors.Open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
            try
            {
                var size = Descriptors.Size(fd);
                var (start, count, overflow) = range(size);
                if (count > Most)
                    throw new RpcFault(FaultCode.Failed, $"these are more than the {Most} bytes that one answer may carry; ask for parts");
                var bytes = new byte[count];
                var filled = 0;
                while (filled < bytes.Length && Descriptors.ReadAt(fd, bytes.AsSpan(filled), start + filled) is > 0 and var read)
                    filled += read;
                return new Part(filled == bytes.Length ? bytes : bytes[..filled], size, overflow);
            }
            finally
            {
                Descriptors.Close(fd);
            }
        }
        catch (SyscallException)
        {
            throw new RpcFault(FaultCode.Failed);
        }
    }
}
