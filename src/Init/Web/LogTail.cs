using Init.Http;
using Init.Os;
using Init.Output;
using Init.Processes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Init.Web;

/// <summary>/logtail and /mainlogtail: the end of a log, then what is added to it, for as long as the client listens (R-120 to R-128).</summary>
internal sealed class LogTail(ISupervisor supervisor)
{
    /// <summary>How much of the past is shown, in bytes (R-124).</summary>
    private const int FromEnd = 1024;

    private const int PieceSize = 16 * 1024;

    /// <param name="rest">What comes after `/logtail`: `/NAME`, or `/NAME/CHANNEL`.</param>
    internal Task HandleAsync(HttpContext context, string rest)
    {
        var parts = rest.Split('/', 4);
        var name = parts.Length > 1 ? parts[1] : "";
        var channel = parts.Length > 2 ? parts[2] : "stdout";
        context.Response.Headers["X-Accel-Buffering"] = "no"; // nginx would hold the stream back
        return FollowAsync(context, () => Namespec.Find(supervisor.Groups, name)?.Process is not { } process ? null : channel switch
        {
            "stdout" or "" => process.Stdout,
            "stderr" => process.Stderr,
            _ => null,
        });
    }

    internal Task HandleMainAsync(HttpContext context) => FollowAsync(context, () => supervisor.Activity);

    private async Task FollowAsync(HttpContext context, Func<ILogSource?> find)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            await ErrorPage.WriteAsync(context, StatusCodes.Status400BadRequest);
            return;
        }
        using var follower = await LogFollower.OpenAsync(supervisor.Loop, find, FromEnd);
        var status = follower?.File is { } file ? GuardedFile.Status(file) : null;
        if (follower is null || (follower.File is not null && status is not { Kind: FileKind.Regular }))
        {
            await ErrorPage.WriteAsync(context, StatusCodes.Status404NotFound);
            return;
        }
        var response = context.Response;
        response.ContentType = "text/plain;charset=utf-8";
        if (status is { Modified: var modified })
            response.Headers.LastModified = modified.ToString("R");
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        // A reader may well stop to look; what it has not read yet waits in the file.
        context.Features.Get<IHttpMinResponseDataRateFeature>()!.MinDataRate = null;
        using var ending = context.BeginStream();
        using var listening = context.Listening(ending);
        await response.Body.FlushAsync(ending.Token); // the head at once, though the log be empty
        var piece = new byte[PieceSize];
        do
            while (await follower.ReadAsync(piece) is > 0 and var count)
            {
                await response.Body.WriteAsync(piece.AsMemory(0, count), ending.Token);
                await response.Body.FlushAsync(ending.Token);
            }
        while (await follower.WaitAsync(listening.Token));
    }
}
