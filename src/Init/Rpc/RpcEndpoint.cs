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
internal sealed class RpcEndpoint(EventLoop loop, ActivityLog activity, PendingCalls calls, RpcTable table)
{
    private const int MostIdleWriters = 4;
    private const int MostBytesKept = 256 * 1024;

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
        var writer = _writers.TryTake(out var used) ? used : new XmlRpcWriter();
        if (!await CallAsync(table, call, writer))
        {
            await ErrorPage.WriteAsync(context, StatusCodes.Status500InternalServerError);
            return;
        }
        context.Response.ContentType = "text/xml";
        context.Response.ContentLength = writer.Length;
        await context.Response.BodyWriter.WriteAsync(writer.WrittenMemory);
        Keep(writer);
    }

    /// <summary>Has a call done; false when it failed unexpectedly.</summary>
    internal Task<bool> CallAsync(RpcTable methods, XmlRpcCall call, XmlRpcWriter response)
    {
        var reply = new RpcReply(response);
        loop.Post(() => calls.Begin(methods, call, reply));
        return reply.WhenDone;
    }

    private void Keep(XmlRpcWriter writer)
    {
        if (_writers.Count >= MostIdleWriters || writer.Length > MostBytesKept)
            return;
        writer.Clear();
        _writers.Add(writer);
    }

    /// <summary>The call; null when it is none, which the log then says .</summary>
    private async Task<XmlRpcCall?> ReadCallAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        ReadResult body;
        while (!(body = await reader.ReadAsync(context.RequestAborted)).IsCompleted)
            reader.AdvanceTo(body.Buffer.Start, body.Buffer.End);
        try
        {
            return Parse(body.Buffer);
        }
        finally
        {
            reader.AdvanceTo(body.Buffer.End);
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
