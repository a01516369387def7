using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using Init.Config;
using Init.Http;
using Init.Loop;
using Init.Output;
using Init.XmlRpc;
using Microsoft.AspNetCore.Http;

namespace Init.Rpc;

/// <summary>
/// /RPC2: reads a call, has it done on the loop thread, and sends the answer. A client that is slow or gone costs its
/// own request, nothing else.
/// </summary>
internal sealed class RpcEndpoint(EventLoop loop, ActivityLog activity, PendingCalls calls, RpcTable table) : IDisposable
{
    private const int MostIdleWriters = 4;

    /// <summary>In bytes; a smaller one is taken into memory at once.</summary>
    private static readonly int _largeCall = Math.Min(64 * 1024, AnswerMemory.Calls.Most / 512);

    /// <summary>How long a client may take to send the rest of a call.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly RepeatedLine _invalid = activity.Repeated(LogLevel.Error, most: 20);
    private readonly ExpectedAnswers _expected = new();

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
        using var room = context.Request.ContentLength > _largeCall ? await TakeRoomAsync(context) : null;
        if (await ReadCallAsync(context, isLarge: room is not null) is not { } call)
        {
            await ErrorPage.WriteAsync(context, StatusCodes.Status400BadRequest);
            return;
        }
        if (_expected.Of(call) is not var (memory, bytes))
        {
            await AnswerAsync(context, call, null);
            return;
        }
        using var gone = context.EndingOrGone();
        using var turn = await memory.TakeAsync(bytes, gone.Token);
        await AnswerAsync(context, call, turn);
    }

    private async Task AnswerAsync(HttpContext context, XmlRpcCall call, AnswerMemory.Share? share)
    {
        var writer = _writers.TryTake(out var used) ? used : new XmlRpcWriter(AnswerMemory.Logs.Most);
        try
        {
            if (!await CallAsync(table, call, writer, context.Features.Get<ConnectionUse>()?.Client))
            {
                await EventLoop.LeaveAsync();
                await ErrorPage.WriteAsync(context, StatusCodes.Status500InternalServerError);
                return;
            }
            share?.Resize(writer.Length);
            _expected.Learn(call, writer.Length);
            context.Response.ContentType = "text/xml";
            await context.SendAsync(writer);
        }
        finally
        {
            Keep(writer);
        }
        // Until here it was the loop thread, as a rule. What the client asks next is read elsewhere, however much of it waits already.
        await EventLoop.LeaveAsync();
    }

    /// <summary>Has a call done; false when it failed unexpectedly. The answer is awaited on the loop thread: go elsewhere with it soon.</summary>
    /// <param name="client">When it is gone, an answer that is not known yet is not waited for.</param>
    internal Task<bool> CallAsync(RpcTable methods, XmlRpcCall call, XmlRpcWriter response, ClientWatch? client = null)
    {
        var reply = new RpcReply(response);
        loop.Post(() =>
        {
            calls.Begin(methods, call, reply);
            if (reply.WhenDone.IsCompleted || client is null)
                return;
            var registration = client.Gone.UnsafeRegister(_ => loop.Post(() => calls.Forget(reply)), null);
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
        UsedMemory.Add(writer.Length);
        if (_writers.Count >= MostIdleWriters || writer.Count > 1)
        {
            writer.Release();
            return;
        }
        writer.Clear();
        _writers.Add(writer);
    }

    /// <summary>What waits here waits in the client: few large calls at a time are taken into memory, until they are answered.</summary>
    /// <exception cref="BadHttpRequestException">It takes too long.</exception>
    private static async Task<AnswerMemory.Share> TakeRoomAsync(HttpContext context)
    {
        using var late = context.Ending();
        late.CancelAfter(_patience);
        try
        {
            return await AnswerMemory.Calls.TakeAsync(context.Request.ContentLength!.Value * AnswerMemory.BytesOfCall, late.Token);
        }
        catch (OperationCanceledException)
        {
            throw TooLate(context);
        }
    }

    /// <summary>The call; null when it is none, which the log then says .</summary>
    /// <exception cref="BadHttpRequestException">It takes too long to come.</exception>
    private async Task<XmlRpcCall?> ReadCallAsync(HttpContext context, bool isLarge)
    {
        var reader = context.Request.BodyReader;
        if (!isLarge && reader.TryRead(out var body))
        {
            if (body.IsCompleted)
                return Parse(reader, body.Buffer);
            reader.AdvanceTo(body.Buffer.Start);
        }
        using var late = context.Ending();
        late.CancelAfter(_patience);
        try
        {
            if (isLarge)
                return Parse(await ReadWholeAsync(reader, new byte[context.Request.ContentLength!.Value], late.Token));
            while (!(body = await reader.ReadAsync(late.Token)).IsCompleted)
                reader.AdvanceTo(body.Buffer.Start, body.Buffer.End);
            return Parse(reader, body.Buffer);
        }
        catch (OperationCanceledException)
        {
            throw TooLate(context);
        }
    }

    /// <summary>Out of the server's memory piece by piece: what that has once taken it never gives back.</summary>
    private static async Task<ReadOnlySequence<byte>> ReadWholeAsync(PipeReader reader, byte[] document, CancellationToken late)
    {
        UsedMemory.Add(document.Length);
        for (var filled = 0; ;)
        {
            var body = await reader.ReadAsync(late);
            body.Buffer.CopyTo(document.AsSpan(filled));
            filled += (int)body.Buffer.Length;
            reader.AdvanceTo(body.Buffer.End);
            if (body.IsCompleted)
                return new(document, 0, filled);
        }
    }

    private static BadHttpRequestException TooLate(HttpContext context)
    {
        context.Response.Headers.Connection = "close";
        return new BadHttpRequestException("the call takes too long to come", StatusCodes.Status408RequestTimeout);
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
            loop.Post(() => _invalid.Log($"XML-RPC request data {shown} is invalid: {problem}"));
            return null;
        }
    }

    public void Dispose() => _invalid.Dispose();
}
