using Init.Http;
using Init.Loop;
using Init.Os;
using Init.Output;
using Init.XmlRpc;
using static Init.Native.Libc;

namespace Init.Rpc;

/// <summary>
/// Reads a part of a log file, and makes an answer of it, away from the loop: it may be large, and its disk slow. The answer is all that
/// is held of it.
/// </summary>
internal sealed class LogRead : Deferred
{
    private const int PieceSize = 16 * 1024;

    private readonly Task<XmlRpcWriter> _answer;

    /// <param name="range">Which part of a log of that size.</param>
    /// <param name="write">Writes the answer, of null when there is no such file; on another thread.</param>
    internal LogRead(string path, Func<long, LogRange> range, EventLoop loop, Action<Part?, XmlRpcWriter> write)
    {
        if (PathGate.FirstSilent([path]) is not null)
            throw new RpcFault(FaultCode.Failed, $"{path} does not answer"); // it would hold one of the few threads of the pool
        _answer = Task.Run(() =>
        {
            var answer = new XmlRpcWriter(AnswerMemory.Logs.Most);
            Read(path, range, part => write(part, answer));
            return answer;
        });
        // The turn of the loop in which the answer is asked for; only once the task has ended, or nothing would ask again.
        _answer.ContinueWith(_ => loop.Post(static () => { }), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    /// <summary>Of one answer, in bytes of the log: as text of XML they may be more.</summary>
    internal static long Most { get; } = Math.Min(16 * 1024 * 1024, AnswerMemory.Logs.Most / 2);

    /// <summary>A part of a log, and how many bytes the log has.</summary>
    /// <param name="WriteText">Writes its bytes, as parts of a string.</param>
    internal sealed record Part(Action<XmlRpcWriter> WriteText, long Size, bool Overflow)
    {
        internal void Write(XmlRpcWriter result)
        {
            result.BeginString();
            WriteText(result);
            result.EndString();
        }
    }

    internal override bool Advance(XmlRpcWriter result)
    {
        if (!_answer.IsCompleted)
            return false;
        result.Take(_answer.GetAwaiter().GetResult());
        return true;
    }

    /// <summary>The same part of what is kept in memory, where the log began so many bytes ago.</summary>
    internal static Part Read(OutputRing ring, Func<long, LogRange> range)
    {
        var (start, count, overflow) = range(ring.Total);
        var kept = ring.Last(ring.Length);
        var first = (int)Math.Clamp(start - (ring.Total - kept.Length), 0, kept.Length);
        var end = (int)Math.Clamp(start + count - (ring.Total - kept.Length), first, kept.Length);
        return new Part(writer => writer.StringPart(kept.AsSpan(first..end), isLast: true), ring.Total, overflow);
    }

    private static void Read(string path, Func<long, LogRange> range, Action<Part?> write)
    {
        try
        {
            var fd = Open(path);
            if (fd < 0)
            {
                write(null);
                return;
            }
            try
            {
                var size = Descriptors.Size(fd);
                var (start, count, overflow) = range(size);
                if (count > Most)
                    throw new RpcFault(FaultCode.Failed, $"these are more than the {Most} bytes that one answer may carry; ask for parts");
                write(new Part(writer => Copy(fd, start, count, writer), size, overflow));
            }
            finally
            {
                Descriptors.Close(fd);
            }
        }
        catch (UntrustedPathException e)
        {
            throw new RpcFault(FaultCode.Failed, e.Message);
        }
        catch (SyscallException)
        {
            throw new RpcFault(FaultCode.Failed);
        }
    }

    /// <summary>-1 when there is no such file, or no way to it.</summary>
    private static int Open(string path)
    {
        try
        {
            return GuardedFile.Open(path, O_RDONLY);
        }
        catch (SyscallException e) when (e is not UntrustedPathException && Descriptors.Stat(path).Kind == FileKind.Missing)
        {
            return -1;
        }
    }

    private static void Copy(int fd, long at, long count, XmlRpcWriter writer)
    {
        Span<byte> piece = stackalloc byte[PieceSize];
        for (var kept = 0; count > 0 || kept > 0;)
        {
            // Ahead of it, the begin of a character that the last piece ended with.
            var wanted = (int)Math.Min(count, piece.Length - kept);
            var read = wanted > 0 ? Descriptors.ReadAt(fd, piece.Slice(kept, wanted), at) : 0;
            (at, count) = (at + read, read == 0 ? 0 : count - read);
            var filled = piece[..(kept + read)];
            var written = writer.StringPart(filled, isLast: count == 0);
            filled[written..].CopyTo(piece);
            kept = filled.Length - written;
        }
    }
}
