using System.Text;

namespace Init.Events;

/// <summary>Someone who wants to hear of events.</summary>
internal interface IEventSubscriber
{
    /// <summary>Called once for each subscription that the event matches (E-010).</summary>
    void Accept(Event happened);
}

/// <summary>
/// Who subscribes to what, and the telling of it. It lives as long as the daemon's process, for the serial goes on in its next life.
/// An event that nobody has subscribed to costs nothing and has no serial (E-031, E-033). Of the loop thread.
/// </summary>
internal sealed class EventBus
{
    private readonly List<(EventType Type, IEventSubscriber Subscriber)> _subscriptions = [];
    private long _nextSerial;

    internal void Subscribe(EventType type, IEventSubscriber subscriber) => _subscriptions.Add((type, subscriber));

    internal void Unsubscribe(IEventSubscriber subscriber) => _subscriptions.RemoveAll(one => one.Subscriber == subscriber);

    internal bool IsWanted(EventType type)
    {
        foreach (var (wanted, _) in _subscriptions)
            if (type.Is(wanted))
                return true;
        return false;
    }

    internal void Notify(EventType type, string payload)
    {
        if (IsWanted(type))
            Tell(type, Encoding.UTF8.GetBytes(payload));
    }

    /// <param name="payload">UTF-8.</param>
    /// <param name="isShown">As <see cref="Event.IsShown"/>.</param>
    internal void Notify(EventType type, byte[] payload, bool isShown = false)
    {
        if (IsWanted(type))
            Tell(type, payload, isShown);
    }

    private void Tell(EventType type, byte[] payload, bool isShown = false)
    {
        var happened = new Event(type, _nextSerial, payload) { IsShown = isShown };
        _nextSerial = Next(_nextSerial);
        foreach (var (wanted, subscriber) in _subscriptions)
            if (type.Is(wanted))
                subscriber.Accept(happened);
    }

    /// <summary>The serial after this one; after the largest comes 0.</summary>
    internal static long Next(long serial) => serial == long.MaxValue ? 0 : serial + 1;
}
