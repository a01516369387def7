using Init.Os;

namespace Init.Ctl;

/// <summary>
/// Waits for something to read. Where Ctrl-C has a meaning of its own (the shell, tail -f, fg), SIGINT is blocked and ends the wait
/// here; elsewhere it ends the process. So do, for the shell and status --watch, the signals that would leave a terminal as nobody wants it.
/// </summary>
internal sealed class Waiting(SignalQueue? interrupts)
{
    private readonly List<int> _signals = [];

    internal static Waiting Uninterrupted { get; } = new(null);

    /// <summary>The position of the first descriptor that has something to read, or has ended; -1 when none has in time.</summary>
    /// <exception cref="InterruptedException">SIGINT came, or another that was waited for.</exception>
    internal int ForAny(ReadOnlySpan<int> descriptors, TimeSpan? timeout = null)
    {
        Span<int> all = stackalloc int[descriptors.Length + 1];
        descriptors.CopyTo(all[1..]);
        all[0] = interrupts?.Descriptor ?? -1;
        var ready = Descriptors.WaitReadable(all, timeout);
        if (ready < 0) return -1;
        if (ready > 0) return ready - 1;
        interrupts!.Drain(_signals);
        var fatal = _signals.Find(signal => signal != Signals.SIGINT);
        _signals.Clear();
        throw new InterruptedException(fatal == 0 ? Signals.SIGINT : fatal);
    }

    /// <summary>Reads at least one byte; 0 at the end.</summary>
    internal int Read(int descriptor, Span<byte> buffer)
    {
        if (interrupts is not null)
            ForAny([descriptor]);
        return Descriptors.Read(descriptor, buffer);
    }
}
