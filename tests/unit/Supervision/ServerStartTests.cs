using System.Collections.Concurrent;
using Init.Supervision;
using Xunit;

namespace Init.Unit.Supervision;

/// <summary>Servers that cannot be started: clients are refused meanwhile, and it is tried again.</summary>
public sealed class ServerStartTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly BlockingCollection<Action> _posted = [];
    private readonly List<(TimeSpan Pause, Action Ring)> _alarms = [];
    private readonly List<string> _said = [];
    private readonly List<Thing> _sockets = [];
    private string? _preparing;
    private string? _opening;
    private string? _starting;
    private ServerStart<Thing, Thing>? _start;

    private sealed class Thing : IDisposable
    {
        internal bool IsClosed { get; private set; }

        public void Dispose() => IsClosed = true;
    }

    private Thing Open()
    {
        if (_opening is not null)
            throw new InvalidOperationException(_opening);
        _sockets.Add(new Thing());
        return _sockets[^1];
    }

    private void Begin()
    {
        _start = new(
            new(
                Open,
                () => _ = _preparing is null ? 0 : throw new InvalidOperationException(_preparing),
                _ => _starting is null ? new Thing() : throw new InvalidOperationException(_starting),
                _posted.Add,
                e => _said.Add(e.Message),
                () => _said.Add("up")),
            (pause, ring) =>
            {
                var alarm = (pause, ring);
                _alarms.Add(alarm);
                return () => _alarms.Remove(alarm);
            });
        _start.Begin(Open());
    }

    private void Turn()
    {
        Assert.True(_posted.TryTake(out var action, _patience));
        action();
    }

    private TimeSpan Ring()
    {
        var (pause, ring) = Assert.Single(_alarms);
        _alarms.Clear();
        ring();
        return pause;
    }

    [Fact]
    public async Task What_can_be_started_is_up()
    {
        Begin();
        Turn();
        Assert.False((await _start!.Host!).IsClosed);
        Assert.False(Assert.Single(_sockets).IsClosed);
        Assert.Empty(_said);
        Assert.Empty(_alarms);
        _start.Close();
        Assert.True(_sockets[0].IsClosed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_failed_start_closes_the_sockets_and_comes_back_by_itself(bool whilePreparing)
    {
        _preparing = whilePreparing ? "none left" : null;
        _starting = "none left";
        Begin();
        if (!whilePreparing)
            Turn();
        Assert.True(_sockets[0].IsClosed);
        Assert.Null(_start!.Host);
        (_preparing, _starting) = (null, null);
        Assert.Equal(TimeSpan.FromSeconds(1), Ring());
        Turn(); // opened
        Turn(); // started
        Assert.Equal(["none left", "up"], _said);
        Assert.Equal([true, false], _sockets.Select(one => one.IsClosed));
        Assert.NotNull(_start.Host);
        Assert.Empty(_alarms);
    }

    [Fact]
    public void Each_try_waits_longer_up_to_a_limit_and_the_same_reason_is_said_once()
    {
        _starting = "none left";
        Begin();
        Turn();
        _opening = "in use";
        var pauses = new List<double>();
        for (var n = 0; n < 8; n++)
        {
            pauses.Add(Ring().TotalSeconds);
            Turn();
        }
        Assert.Equal([1, 2, 4, 8, 16, 30, 30, 30], pauses);
        Assert.Equal(["none left", "in use"], _said);
        Assert.All(_sockets, one => Assert.True(one.IsClosed));
    }

    [Fact]
    public void The_end_takes_the_next_try_back_and_closes_what_was_opened_meanwhile()
    {
        _starting = "none left";
        Begin();
        Turn();
        Ring(); // opens
        _start!.Close();
        Turn();
        Assert.All(_sockets, one => Assert.True(one.IsClosed));
        Assert.Equal(2, _sockets.Count);
        Assert.Empty(_alarms);
        Assert.Empty(_posted);
        Assert.Equal(["none left"], _said);
    }

    [Fact]
    public void A_start_that_fails_after_the_end_is_not_tried_again()
    {
        _starting = "none left";
        Begin();
        _start!.End();
        Turn();
        Assert.Empty(_alarms);
        Assert.Empty(_said);
        _start.Close();
        Assert.True(_sockets[0].IsClosed);
    }
}
