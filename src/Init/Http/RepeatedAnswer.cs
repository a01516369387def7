using Init.Os;
using Microsoft.AspNetCore.Http;

namespace Init.Http;

/// <summary>An answer about all programs: about as large as the last one was, by which a large one takes its share of memory before it is made.</summary>
internal sealed class RepeatedAnswer
{
    private int _last;

    internal async Task SendAsync(HttpContext context, Func<Pieces, Task> write)
    {
        using var share = _last > AnswerMemory.Lists.Ordinary ? await TakeAsync(context, _last) : null;
        var answer = new Pieces(AnswerMemory.Lists.Most);
        try
        {
            await write(answer);
            _last = answer.Length;
            share?.Resize(answer.Length);
            await context.SendAsync(answer);
        }
        finally
        {
            UsedMemory.Add(answer.Length);
            answer.Release();
        }
    }

    private static async Task<AnswerMemory.Share> TakeAsync(HttpContext context, int bytes)
    {
        using var gone = context.EndingOrGone();
        return await AnswerMemory.Lists.TakeAsync(bytes, gone.Token);
    }
}
