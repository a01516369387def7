using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Init.Http;

/// <summary>
/// The bytes that a client sends, as the server reads them: each head whole and repaired (see <see cref="RequestHead"/>), then as many bytes as belong
/// to the request and no more. So the end of the input is not seen before the request is answered: a client that closes its writing half
/// after a complete request waits for its answer, and the server would take it for gone.
/// <code>
///   Head  -- a head is complete --> Request  -- all of it is read --> Head
///   Head  -- too long, too slow, cut short, or its end is uncertain --> Raw, for ever: the server judges it
/// </code>
/// </summary>
/// <param name="inner">What comes from the socket.</param>
internal sealed class RequestReader(PipeReader inner) : PipeReader
{
    /// <summary>As long as the server takes: 8 KB for the request line, 32 KB for headers.</summary>
    private const int LongestHead = 40 * 1024;

    // Of the bytes that the server has not read: how many belong to the request.
    private long _left;
    private bool _isRaw;

    // While a head is incomplete: how much of it has been looked through, and the limit of its time.
    private long _searched;
    private CancellationTokenSource? _late;

    private ReadOnlySequence<byte> _given;

    /// <summary>How long a client may take to send a head, once it has begun.</summary>
    internal static TimeSpan Patience { get; } = TimeSpan.FromSeconds(20);

    /// <summary>Of the request that was read last.</summary>
    internal RequestHead Head { get; private set; }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var read = inner.ReadAsync(cancellationToken);
        if (!read.IsCompletedSuccessfully)
            return AwaitAsync(read, cancellationToken);
        var result = read.Result;
        return TryGive(ref result) ? new(result) : AwaitAsync(inner.ReadAsync(Late(cancellationToken)), cancellationToken);
    }

    public override bool TryRead(out ReadResult result) => inner.TryRead(out result) && TryGive(ref result);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> AwaitAsync(ValueTask<ReadResult> read, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result;
            try
            {
                result = await read;
            }
            catch (OperationCanceledException) when (_late is { IsCancellationRequested: true } && !cancellationToken.IsCancellationRequested)
            {
                // The server begins to count the time of a head when it sees some of it, and answers.
                BecomeRaw();
                result = await inner.ReadAsync(cancellationToken);
            }
            if (TryGive(ref result))
                return result;
            read = inner.ReadAsync(Late(cancellationToken));
        }
    }

    /// <summary>Turns what has come into what the server may see; false while that is nothing.</summary>
    private bool TryGive(ref ReadResult result)
    {
        var buffer = result.Buffer;
        if (_left == 0 && !_isRaw && !buffer.IsEmpty && !TryTakeHead(buffer, result.IsCompleted))
        {
            // An idle server must be able to end a connection that has sent a part of a head.
            if (!result.IsCanceled)
            {
                inner.AdvanceTo(buffer.Start, buffer.End);
                return false;
            }
            result = new(buffer.Slice(0, 0), isCanceled: true, isCompleted: false);
        }
        else if (!_isRaw && (_left > 0 && buffer.Length >= _left))
        {
            result = new(buffer.Slice(0, _left), result.IsCanceled, isCompleted: false);
        }
        _given = result.Buffer;
        return true;
    }

    /// <summary>Whether the server may go on: with a complete head, or with what will never be one.</summary>
    private bool TryTakeHead(in ReadOnlySequence<byte> buffer, bool isEnd)
    {
        var length = LengthOf(buffer);
        if (length == 0 && buffer.Length <= LongestHead && !isEnd)
        {
            _searched = buffer.Length;
            return false;
        }
        _searched = 0;
        _late?.Dispose();
        _late = null;
        if (length is 0 or > LongestHead)
        {
            BecomeRaw();
            return true;
        }
        Head = Repair(buffer.Slice(0, length));
        _isRaw = Head.IsLast;
        _left = length + Head.Body;
        return true;
    }

    private void BecomeRaw() => (_isRaw, Head) = (true, new RequestHead(null, 0, IsLast: true));

    /// <summary>Up to the empty line that ends a head; 0 when it has not come yet.</summary>
    private long LengthOf(in ReadOnlySequence<byte> buffer)
    {
        const int EndLength = 4;
        if (_searched < EndLength && buffer.FirstSpan.IndexOf("\r\n\r\n"u8) is >= 0 and var end)
            return end + EndLength;
        if (buffer.IsSingleSegment && _searched < EndLength)
            return 0;
        var reader = new SequenceReader<byte>(buffer.Slice(Math.Max(0, _searched - EndLength + 1)));
        return reader.TryReadTo(out ReadOnlySequence<byte> _, "\r\n\r\n"u8) ? buffer.Slice(0, reader.Position).Length : 0;
    }

    private static RequestHead Repair(in ReadOnlySequence<byte> head)
    {
        // The pipe's memory is ours to change until it is advanced over: whoever fills the pipe writes behind it.
        if (head.IsSingleSegment)
            return RequestHead.Repair(MemoryMarshal.AsMemory(head.First).Span);
        var whole = ArrayPool<byte>.Shared.Rent((int)head.Length);
        try
        {
            var copy = whole.AsSpan(0, (int)head.Length);
            head.CopyTo(copy);
            var read = RequestHead.Repair(copy);
            foreach (var part in head)
            {
                copy[..part.Length].CopyTo(MemoryMarshal.AsMemory(part).Span);
                copy = copy[part.Length..];
            }
            return read;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(whole);
        }
    }

    /// <summary>The time that a head which has begun to come still has.</summary>
    private CancellationToken Late(CancellationToken cancellationToken) =>
        cancellationToken.CanBeCanceled ? cancellationToken : (_late ??= new CancellationTokenSource(Patience)).Token;

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_left > 0)
            _left = Math.Max(0, _left - _given.Slice(0, consumed).Length);
        _given = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null)
    {
        _late?.Dispose();
        inner.Complete(exception);
    }
}

/// <summary>A connection's two directions.</summary>
internal sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
{
    public PipeReader Input => input;

    public PipeWriter Output => output;
}
