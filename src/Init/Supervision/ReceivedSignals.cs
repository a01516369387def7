using Init.Loop;
using Init.Os;

namespace Init.Supervision;

/// <summary>
/// The signals that wait to be handled. They are watched once for all lives of the daemon: a restart must not fail, and could not be heard of,
/// because the kernel has no room to watch another descriptor just then.
/// </summary>
internal sealed class ReceivedSignals : IDescriptorHandler, IDisposable
{
    private readonly SignalQueue _queue;
    private readonly List<int> _received = [];

    internal ReceivedSignals(IEnumerable<int> signals, EventLoop loop)
    {
        _queue = new SignalQueue(signals);
        loop.Watch(_queue.Descriptor, Readiness.Readable, this);
    }

    internal bool AreAny => _received.Count > 0;

    /// <summary>Each of them once.</summary>
    internal int[] Take()
    {
        var taken = _received.Distinct().ToArray();
        _received.Clear();
        return taken;
    }

    void IDescriptorHandler.OnReady(Readiness readiness) => _queue.Drain(_received);

    public void Dispose() => _queue.Dispose();
}
