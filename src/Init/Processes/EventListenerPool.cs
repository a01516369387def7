using System.Text;
using Init.Config;
using Init.Events;
using Init.Os;
using Init.Output;
using Init.States;

namespace Init.Processes;

/// <summary>An event on its way to one of a pool's listeners.</summary>
/// <param name="PoolSerial">Of the events of this pool, counted from 0.</param>
internal sealed record Delivery(Event Event, long PoolSerial);

/// <summary>
/// The listeners of one `[eventlistener:x]`, and the events that wait for one of them (E-037 to E-045). Each event goes to one listener,
/// the oldest first; what is rejected goes first again. No more than buffer_size wait, nor more bytes than our share: the oldest then gives way.
/// </summary>
internal sealed class EventListenerPool : IEventSubscriber, IDisposable
{
    /// <summary>Of what waits in one pool: a client may send large events, and a listener may take none.</summary>
    internal static readonly int MostBytes = MemoryShare.Of(16, 64 * 1024 * 1024);

    private readonly string _name;
    private readonly int _capacity;
    private readonly string _identifier;
    private readonly EventBus _events;
    private readonly ActivityLog _activity;
    private readonly IReadOnlyList<EventType> _types;
    private readonly LinkedList<Delivery> _waiting = [];
    private long _bytes;
    private IReadOnlyList<Subprocess> _processes = [];
    private long _nextSerial;
    private Delivery? _latest;

    internal EventListenerPool(string name, EventListenerConfig config, string identifier, EventBus events, ActivityLog activity)
    {
        (_name, _capacity, _identifier, _events, _activity) = (name, config.BufferSize, identifier, events, activity);
        _types = config.Events;
    }

    /// <summary>The listeners, once they are made. From then on the pool hears of events, and not for a group that could not be made.</summary>
    internal void Serve(IReadOnlyList<Subprocess> processes)
    {
        _processes = processes;
        foreach (var type in _types)
            _events.Subscribe(type, this);
    }

    void IEventSubscriber.Accept(Event happened)
    {
        if (happened == _latest?.Event)
        {
            // Subscribed to its type and to one above it: the same event a second time (E-010).
            SayRebuffering(_latest);
        }
        else
        {
            _latest = new Delivery(happened, _nextSerial);
            _nextSerial = EventBus.Next(_nextSerial);
        }
        MakeRoom(_latest);
        _waiting.AddLast(_latest);
    }

    /// <summary>An event that was not processed: it goes first again.</summary>
    internal void TakeBack(Delivery delivery)
    {
        SayRebuffering(delivery);
        MakeRoom(delivery);
        _waiting.AddFirst(delivery);
    }

    /// <summary>Gives what waits to those who are ready for it.</summary>
    internal void Dispatch()
    {
        if (_waiting.Count == 0 || !HasReady())
            return;
        while (_waiting.First is { Value: var oldest })
        {
            RemoveFirst();
            if (Send(oldest))
                continue;
            TakeBack(oldest);
            return;
        }
    }

    /// <summary>Whether something waits that a listener may still take, or is at.</summary>
    internal bool HasUnheard
    {
        get
        {
            foreach (var process in _processes)
                if (process is { Status.State: ProcessState.Running, Listener.State: var state }
                    && (state == ListenerState.Busy || (_waiting.Count > 0 && state != ListenerState.Unknown)))
                    return true;
            return false;
        }
    }

    private bool HasReady()
    {
        foreach (var process in _processes)
            if (IsReady(process))
                return true;
        return false;
    }

    private static bool IsReady(Subprocess process) =>
        process is { Status.State: ProcessState.Running, Listener.State: ListenerState.Ready };

    private bool Send(Delivery delivery)
    {
        byte[]? envelope = null;
        foreach (var process in _processes)
        {
            if (!IsReady(process))
                continue;
            envelope ??= Envelope(delivery);
            if (process.WriteStdin(envelope) != InputResult.Taken)
            {
                _activity.Log(LogLevel.Debug,
                    $"epipe occurred while sending event {delivery.Event.Serial} to listener {process.Config.Name}, listener state unchanged");
                continue;
            }
            process.Listener!.Given(delivery);
            _activity.Log(LogLevel.Debug, $"event {delivery.Event.Serial} sent to listener {process.Config.Name}");
            return true;
        }
        return false;
    }

    /// <summary>The header and the payload, in this order and with these blanks (E-032).</summary>
    private byte[] Envelope(Delivery delivery)
    {
        var (happened, poolSerial) = delivery;
        return
        [
            .. Encoding.UTF8.GetBytes($"ver:3.0 server:{_identifier} serial:{happened.Serial} pool:{_name} poolserial:{poolSerial} " +
                $"eventname:{happened.Type} len:{happened.Length}\n"),
            .. happened.Payload,
        ];
    }

    /// <summary>For one more, which is then added.</summary>
    private void MakeRoom(Delivery delivery)
    {
        var size = delivery.Event.Payload.Length;
        while (_waiting.Count > 0 && (_waiting.Count >= _capacity || _bytes + size > MostBytes))
        {
            var oldest = RemoveFirst();
            _activity.Log(LogLevel.Error, $"pool {_name} event buffer overflowed, discarding event {oldest.Event.Serial}");
        }
        _bytes += size;
    }

    private Delivery RemoveFirst()
    {
        var oldest = _waiting.First!.Value;
        _waiting.RemoveFirst();
        _bytes -= oldest.Event.Payload.Length;
        return oldest;
    }

    private void SayRebuffering(Delivery delivery) => _activity.Log(LogLevel.Debug,
        $"rebuffering event {delivery.Event.Serial} for pool {_name} (buf size={_waiting.Count}, max={_capacity})");

    /// <summary>The pool hears of nothing any more; what waits is forgotten (E-045).</summary>
    public void Dispose() => _events.Unsubscribe(this);
}
