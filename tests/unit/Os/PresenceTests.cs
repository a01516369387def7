using Init.Os;
using Xunit;

namespace Init.Unit.Os;

public sealed class PresenceTests
{
    private static readonly TimeSpan _start = TimeSpan.FromSeconds(100);

    [Fact]
    public void A_wait_that_lasts_as_long_as_it_was_meant_to_is_no_absence()
    {
        var presence = new Presence(_start);
        presence.Rest(TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.Zero, presence.AbsentUntil(_start + TimeSpan.FromSeconds(3.1)));
    }

    [Fact]
    public void What_a_wait_lasts_longer_is_absence()
    {
        var presence = new Presence(_start);
        presence.Rest(TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.FromSeconds(5), presence.AbsentUntil(_start + TimeSpan.FromSeconds(8)));
    }

    [Fact]
    public void A_stop_between_two_looks_is_absence()
    {
        var presence = new Presence(_start);
        Assert.Equal(TimeSpan.FromSeconds(2), presence.AbsentUntil(_start + TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public void Absence_counts_once()
    {
        var presence = new Presence(_start);
        Assert.Equal(TimeSpan.FromSeconds(2), presence.AbsentUntil(_start + TimeSpan.FromSeconds(2)));
        // The clock that it is taken from stands where it stood.
        Assert.Equal(TimeSpan.Zero, presence.AbsentUntil(_start + TimeSpan.FromSeconds(0.1)));
    }

    [Fact]
    public void Work_that_goes_on_for_long_with_a_look_now_and_then_is_no_absence()
    {
        var presence = new Presence(_start);
        for (var seconds = 0.2; seconds < 10; seconds += 0.2)
            Assert.Equal(TimeSpan.Zero, presence.AbsentUntil(_start + TimeSpan.FromSeconds(seconds)));
    }

    [Fact]
    public void After_a_wait_without_end_nothing_is_known()
    {
        var presence = new Presence(_start);
        presence.Rest(null);
        Assert.Equal(TimeSpan.Zero, presence.AbsentUntil(_start + TimeSpan.FromHours(3)));
        Assert.Equal(TimeSpan.FromSeconds(1), presence.AbsentUntil(_start + TimeSpan.FromHours(3) + TimeSpan.FromSeconds(1)));
    }
}
