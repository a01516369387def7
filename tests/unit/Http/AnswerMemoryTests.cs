using Init.Http;
using Xunit;

namespace Init.Unit.Http;

public class AnswerMemoryTests
{
    private readonly AnswerMemory _memory = new(100);

    [Fact]
    public async Task Who_fits_has_its_turn_at_once_and_the_others_as_they_came()
    {
        var first = await Now(60);
        var (second, third) = (Ask(60), Ask(10));
        Assert.False(second.IsCompleted || third.IsCompleted); // nobody overtakes
        first.Dispose();
        using var large = await second;
        using var small = await third;
    }

    [Fact]
    public async Task What_turns_out_smaller_lets_others_in()
    {
        using var first = await Now(100);
        var second = Ask(70);
        Assert.False(second.IsCompleted);
        first.Resize(30);
        using var share = await second;
    }

    [Fact]
    public async Task What_turns_out_larger_counts_for_those_who_come_after()
    {
        var first = await Now(10);
        first.Resize(150);
        var second = Ask(1);
        Assert.False(second.IsCompleted);
        first.Resize(99);
        (await second).Dispose();
        first.Dispose();
        (await Now(100)).Dispose();
    }

    [Fact]
    public async Task More_than_there_is_is_all_of_it()
    {
        var all = await Now(1_000_000_000_000);
        var other = Ask(1);
        Assert.False(other.IsCompleted);
        all.Dispose();
        (await other).Dispose();
    }

    [Fact]
    public async Task Who_goes_away_while_it_waits_holds_up_nobody()
    {
        using var gone = new CancellationTokenSource();
        using var first = await Now(60);
        var second = _memory.TakeAsync(60, gone.Token);
        var third = Ask(40);
        Assert.False(third.IsCompleted);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        using var share = await third;
    }

    [Fact]
    public async Task A_share_counts_once_however_often_it_is_given_back()
    {
        var first = await Now(60);
        first.Dispose();
        first.Dispose();
        using var all = await Now(100);
        Assert.False(Ask(1).IsCompleted);
    }

    private Task<AnswerMemory.Share> Ask(long bytes) => _memory.TakeAsync(bytes, CancellationToken.None);

    private Task<AnswerMemory.Share> Now(long bytes)
    {
        var share = Ask(bytes);
        Assert.True(share.IsCompleted);
        return share;
    }
}
