using System.Buffers;
using System.Threading.Channels;
using Init.Http;
using Init.Os;
using Init.Processes;
using Microsoft.AspNetCore.Http;

namespace Init.Web;

/// <summary>
/// The processes as server-sent events: all of them at first, then those that change, for as long as the client listens. A client that
/// is slow misses what came and went meanwhile, never what is now; nothing is kept for it. Memory, which no change tells of, is looked at
/// now and then while somebody listens.
/// </summary>
internal sealed class EventStream(ISupervisor supervisor, TreeSampler trees)
{
    /// <summary>Changes within this time come together.</summary>
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    /// <summary>A comment is sent after so long without an event, for proxies drop a silent connection.</summary>
    private static readonly TimeSpan _silence = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan _betweenLooks = TimeSpan.FromSeconds(5);

    internal async Task HandleAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers["X-Accel-Buffering"] = "no"; // nginx would hold the stream back
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        using var ending = context.BeginStream();
        using var listening = context.Listening(ending);
        var wakes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        void Wake() => wakes.Writer.TryWrite(true);
        await supervisor.Loop.CallAsync(() =>
        {
            supervisor.Feed.Changed += Wake;
            return true;
        });
        try
        {
            await SendAsync(context.Response, wakes.Reader, ending.Token, listening.Token);
        }
        finally
        {
            supervisor.Loop.Post(() => supervisor.Feed.Changed -= Wake);
        }
    }

    private async Task SendAsync(HttpResponse response, ChannelReader<bool> wakes, CancellationToken ending, CancellationToken listening)
    {
        long? seen = null;
        var (look, memory) = (TimeSpan.Zero, new MemoryNews());
        var told = Clock.Now;
        for (var isWoken = true; ; isWoken = await IsWokenAsync(wakes, look - Clock.Now, listening))
        {
            var writer = new Pieces();
            if (isWoken)
                seen = await supervisor.Loop.CallAsync(() => Write(writer, seen));
            if (Clock.Now >= look)
            {
                var usage = await trees.SampleAsync(_betweenLooks / 2);
                await supervisor.Loop.CallAsync(() => memory.Take(supervisor.Groups, usage));
                memory.Write(writer);
                look = Clock.Now + _betweenLooks;
            }
            if (writer.Length == 0 && Clock.Now - told >= _silence)
                writer.Write(": nothing new\n\n"u8);
            if (writer.Length > 0)
            {
                for (var n = 0; n < writer.Count; n++)
                {
                    await response.Body.WriteAsync(writer[n], ending);
                    await response.Body.FlushAsync(ending);
                }
                told = Clock.Now;
                UsedMemory.Add(writer.Length);
            }
            await Task.Delay(_pause, listening);
        }
    }

    /// <summary>False when nothing has changed for so long.</summary>
    private static async Task<bool> IsWokenAsync(ChannelReader<bool> wakes, TimeSpan patience, CancellationToken ending)
    {
        if (patience <= TimeSpan.Zero)
            return wakes.TryRead(out _);
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(ending);
        silence.CancelAfter(patience);
        try
        {
            return await wakes.ReadAsync(silence.Token);
        }
        catch (OperationCanceledException) when (!ending.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>What has changed since; everything when groups have come or gone since, too.</summary>
    /// <returns>Up to where it has been told.</returns>
    private long Write(Pieces writer, long? seen)
    {
        var full = seen is not { } since || supervisor.Reports.ListChanges > since;
        var now = Clock.WallClock;
        ProcessEvents.Write(writer, ProcessRows.Of(supervisor.Groups, now, full ? 0 : seen!.Value), [], full, now.ToUnixTimeSeconds());
        return supervisor.Reports.Changes;
    }
}
