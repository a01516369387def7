namespace Init.Events;

/// <summary>Something that happened, as listeners are told it. Its payload is written when it happens: what it speaks of changes.</summary>
/// <param name="serial">Of all events that somebody subscribed to, counted from 0 over all lives of the daemon (E-033).</param>
/// <param name="payload">UTF-8.</param>
internal sealed class Event(EventType type, long serial, byte[] payload)
{
    internal EventType Type => type;

    internal long Serial => serial;

    internal ReadOnlySpan<byte> Payload => payload;

    /// <summary>It tells of output that is written to our own stdout or stderr anyway.</summary>
    internal bool IsShown { get; init; }

    /// <summary>The `len` of the header: characters, and not bytes, as listeners written in Python count them (E-034).</summary>
    internal int Length
    {
        get
        {
            var characters = 0;
            foreach (var one in payload)
                if ((one & 0b1100_0000) != 0b1000_0000)
                    characters++;
            return characters;
        }
    }
}
