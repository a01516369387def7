using Init.Os;
using Microsoft.AspNetCore.Http;

namespace Init.Http;

/// <summary>Sends an answer of any size so that the server holds little of it beside us, and a client that does not read it not for long.</summary>
internal static class AnswerInPieces
{
    /// <summary>What the server has once held for a connection it keeps for ever, so it is to hold little.</summary>
    internal const int AtOnce = 16 * 1024;

    /// <summary>How long a client may take to read a piece of a large answer.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    /// <summary>How long it may take to read all of it: others wait for their turn.</summary>
    private static readonly TimeSpan _whole = TimeSpan.FromMinutes(1);

    internal static async Task SendAsync(this HttpContext context, Pieces answer)
    {
        context.Response.ContentLength = answer.Length;
        if (answer.Count == 1)
        {
            await context.Response.BodyWriter.WriteAsync(answer[0]);
            return;
        }
        var until = Clock.Now + _whole;
        using var stalled = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        try
        {
            for (var n = 0; n < answer.Count; n++)
                for (var rest = answer[n]; !rest.IsEmpty; rest = rest[Math.Min(AtOnce, rest.Length)..])
                {
                    var left = until - Clock.Now;
                    stalled.CancelAfter(left < TimeSpan.Zero ? TimeSpan.Zero : left < _patience ? left : _patience);
                    await context.Response.BodyWriter.WriteAsync(rest[..Math.Min(AtOnce, rest.Length)], stalled.Token);
                }
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }
}
