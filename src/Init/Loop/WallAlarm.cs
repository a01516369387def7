using Init.Os;

namespace Init.Loop;

/// <summary>Rings when the wall clock shows a time, and also when somebody sets that clock. Of the loop thread.</summary>
internal sealed class WallAlarm : IDescriptorHandler, IDisposable
{
    private readonly EventLoop _loop;
    private readonly Action _ring;
    private readonly WallTimer _timer = new();
    private readonly int _watch;

    /// <exception cref="SyscallException">The kernel has none for us: EMFILE, ENOMEM.</exception>
    internal WallAlarm(EventLoop loop, Action ring)
    {
        (_loop, _ring) = (loop, ring);
        try
        {
            _watch = loop.Watch(_timer.Descriptor, Readiness.Readable, this);
        }
        catch
        {
            _timer.Dispose();
            throw;
        }
    }

    /// <summary>It rings once, at once if the time is over; another time replaces it.</summary>
    internal void Set(DateTimeOffset at) => _timer.Set(at);

    void IDescriptorHandler.OnReady(Readiness readiness)
    {
        _timer.Clear();
        _ring();
    }

    public void Dispose()
    {
        _loop.Unwatch(_watch);
        _timer.Dispose();
    }
}
