using Init.Processes;
using Xunit;

namespace Init.Unit.Processes;

public class ChangeFeedTests
{
    [Fact]
    public void Those_who_listen_are_woken_once_for_each_new_count()
    {
        var (feed, woken) = (new ChangeFeed(), 0);
        void Wake() => woken++;
        feed.Changed += Wake;
        foreach (var changes in new long[] { 0, 1, 1, 5, 5 })
            feed.Publish(changes);
        Assert.Equal(2, woken);
        feed.Changed -= Wake;
        feed.Publish(6);
        Assert.Equal(2, woken);
    }
}
