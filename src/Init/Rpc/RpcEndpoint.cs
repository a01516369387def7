using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using Init.Config;
using Init.Http;
using Init.Loop;
using Init.Os;
using Init.Output;
using Init.XmlRpc;
using Microsoft.AspNetCore.Http;

namespace Init.Rpc;

/// <summary>
/// /RPC2: reads a call, has it done on the loop thread, and sends the answer. A client that is slow or gone costs its
/// own request, nothing else.
/// </summary>
internal sealed class RpcEndpoint(EventLoop loop, ActivityLog activity, PendingCalls calls, RpcTable table)
{
    private const int MostIdleWriters = 4;
    private const int MostLargeCalls = 4;
    private const int LargeCall = 64 * 1024;
    private const int MostBytesKept = 256 * 1024;
    private const int Piece = 256 * 1024;

    /// <summary>How long a client may take to read a piece of a large answer, or to send the rest of a call.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    /// <summary>How long it may take to read all of it: others wait for their turn.</summary>
    private static readonly TimeSpan _wholeAnswer = TimeSpan.FromMinutes(1);

    // Of all servers, and all lives: it is one memory.
    private static readonly SemaphoreSlim _largeCalls = new(MostLargeCalls);

    // Buffers of earlier answers: the same list is asked for again and again.
    private readonly ConcurrentBag<XmlRpcWriter> _writers = [];

    internal async Task HandleAsync(HttpContext context)
    {
        // Case matters in a method's name.
        if (context.Request.Method != "POST")
        {
            await ErrorPage.WriteAsync(context, StatusCodes.Status400BadRequest);
            return;
        }
        // A body in chunks has no length either.
        if (context.Request.ContentLength is null)
        {
            await ErrorPage.WriteAsync(context, StatusCodes.Status411LengthRequired);
            return;
        }
        if (await ReadCallAsync(context) is not { } call)
        {
            await ErrorPage.WriteAsync(context, StatusCodes.Status400BadRequest);
            return;
        }
        if (!LargeAnswers.MayBeLarge(call))
        {
            await AnswerAsync(context, call);
            return;
        }
        using var gone = context.EndingOrGone();
        using (await LargeAnswers.EnterAsync(gone.Token))
            await AnswerAsync(context, call);
    }

    private async Task AnswerAsync(HttpContext context, XmlRpcCall call)
    {
        var writer = _writers.TryTake(out var used) ? used : new XmlRpcWriter();
        if (!await CallAsync(table, call, writer, context.Features.Get<ConnectionUse>()?.Closed ?? default))
        {
            await EventLoop.LeaveAsync();
            await ErrorPage.WriteAsync(context, StatusCodes.Status500InternalServerError);
            return;
        }
        context.Response.ContentType = "text/xml";
        context.Response.ContentLength = writer.Length;
        if (writer.Length <= Piece)
            await context.Response.BodyWriter.WriteAsync(writer.WrittenMemory);
        else
            await SendInPiecesAsync(context, writer.WrittenMemory);
        Keep(writer);
        // Until here it was the loop thread, as a rule. What the client asks next is read elsewhere, however much of it waits already.
        await EventLoop.LeaveAsync();
    }

    /// <summary>A client that takes nothing for some seconds is given up: what it does not read we have to hold.</summary>
    private static async Task SendInPiecesAsync(HttpContext context, ReadOnlyMemory<byte> answer)
    {
        var until = Clock.Now + _wholeAnswer;
        using var stalled = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        try
        {
            for (; !answer.IsEmpty; answer = answer[Math.Min(Piece, answer.Length)..])
            {
                var left = until - Clock.Now;
                stalled.CancelAfter(left < TimeSpan.Zero ? TimeSpan.Zero : left < _patience ? left : _patience);
                await context.Response.BodyWriter.WriteAsync(answer[..Math.Min(Piece, answer.Length)], stalled.Token);
            }
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }

    /// <summary>Has a call done; false when it failed unexpectedly. The answer is awaited on the loop thread: go elsewhere with it soon.</summary>
    /// <param name="gone">When nobody waits for the answer any more: then one that is not known yet is not waited for either.</param>
    internal Task<bool> CallAsync(RpcTable methods, XmlRpcCall call, XmlRpcWriter response, CancellationToken gone = default)
    {
        var reply = new RpcReply(response);
        loop.Post(() =>
        {
            calls.Begin(methods, call, reply);
            if (reply.WhenDone.IsCompleted || !gone.CanBeCanceled)
                return;
            var registration = gone.UnsafeRegister(_ => loop.Post(() => calls.Forget(reply)), null);
            reply.WhenDone.ContinueWith(_ => registration.Dispose(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        });
        return reply.WhenDone;
    }

    /// <summary>The same for a page, which is not made on the loop thread.</summary>
    internal async Task<bool> CallForPageAsync(RpcTable methods, XmlRpcCall call, XmlRpcWriter response)
    {
        var isDone = await CallAsync(methods, call, response);
        await EventLoop.LeaveAsync();
        return isDone;
    }

    private void Keep(XmlRpcWriter writer)
    {
        if (_writers.Count >= MostIdleWriters || writer.Length > MostBytesKept)
            return;
        writer.Clear();
        _writers.Add(writer);
    }

    /// <summary>The call; null when it is none, which the log then says .</summary>
    /// <exception cref="BadHttpRequestException">It takes too long to come.</exception>
    private async Task<XmlRpcCall?> ReadCallAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        if (reader.TryRead(out var body))
        {
            if (body.IsCompleted)
                return Parse(reader, body.Buffer);
            reader.AdvanceTo(body.Buffer.Start);
        }
        using var late = context.Ending();
        late.CancelAfter(_patience);
        var isLarge = context.Request.ContentLength > LargeCall;
        try
        {
            // What waits here waits in the client: few large calls at a time are taken into memory.
            if (isLarge)
                await _largeCalls.WaitAsync(late.Token);
            try
            {
                while (!(body = await reader.ReadAsync(late.Token)).IsCompleted)
                    reader.AdvanceTo(body.Buffer.Start, body.Buffer.End);
                return Parse(reader, body.Buffer);
            }
            finally
            {
                if (isLarge)
                    _largeCalls.Release();
            }
        }
        catch (OperationCanceledException)
        {
            context.Response.Headers.Connection = "close";
            throw new BadHttpRequestException("the call takes too long to come", StatusCodes.Status408RequestTimeout);
        }
    }

    private XmlRpcCall? Parse(PipeReader reader, ReadOnlySequence<byte> body)
    {
        try
        {
            return Parse(body);
        }
        finally
        {
            reader.AdvanceTo(body.End);
        }
    }

    private XmlRpcCall? Parse(ReadOnlySequence<byte> body)
    {
        var document = body.IsSingleSegment ? body.FirstSpan : body.ToArray();
        try
        {
            return XmlRpcReader.ReadCall(document);
        }
        catch (XmlRpcException e)
        {
            var shown = PythonBytes.Repr(document[..Math.Min(document.Length, 200)])[1..];
            var problem = e.Error == XmlRpcError.NoMethodName ? "no method name" : "unmarshallable";
            loop.Post(() => activity.Log(LogLevel.Error, $"XML-RPC request data {shown} is invalid: {problem}"));
            return null;
        }
    }
}
