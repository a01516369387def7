using System.Threading.Channels;
using Init.Loop;

namespace Init.Output;

/// <summary>
/// Follows a log from near its end, whether it has a file or not, from another thread than the loop's. Woken by the log itself: a file
/// that nobody of ours writes is not looked at again. Nothing is kept for a reader that is slow; it reads on from where it was.
/// </summary>
internal sealed class LogFollower : IDisposable
{
    private readonly EventLoop _loop;
    private readonly ILogSource _source;
    private readonly FileFollower? _file;

    // One pending wake is enough: whoever wakes reads everything.
    private readonly Channel<bool> _wakes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Action _wake;
    private long _seen;

    private LogFollower(EventLoop loop, ILogSource source, int fromEnd)
    {
        _loop = loop;
        _source = source;
        _wake = () => _wakes.Writer.TryWrite(true);
        _seen = source.Ring.Total - Math.Min(fromEnd, source.Ring.Length);
        if (source.File is { } file)
            _file = new FileFollower(file, fromEnd);
        source.Changed += _wake;
    }

    /// <param name="find">Called on the loop thread; null when there is no such log.</param>
    internal static Task<LogFollower?> OpenAsync(EventLoop loop, Func<ILogSource?> find, int fromEnd) =>
        loop.CallAsync(() => find() is { } source ? new LogFollower(loop, source, fromEnd) : null);

    /// <summary>The file's path, when it has one.</summary>
    internal string? File => _source.File;

    /// <summary>Reads what there is now; 0 when there is nothing new.</summary>
    internal ValueTask<int> ReadAsync(Memory<byte> buffer) => _file is not null
        ? ValueTask.FromResult(_file.Read(buffer.Span))
        : new ValueTask<int>(_loop.CallAsync(() => ReadRing(buffer.Span)));

    private int ReadRing(Span<byte> buffer)
    {
        var ring = _source.Ring;
        if (ring.Total < _seen)
            _seen = 0; // cleared
        var fresh = (int)Math.Min(ring.Total - _seen, ring.Length);
        var bytes = ring.Last(fresh).AsSpan();
        bytes = bytes[..Math.Min(bytes.Length, buffer.Length)];
        bytes.CopyTo(buffer);
        _seen = ring.Total - fresh + bytes.Length;
        return bytes.Length;
    }

    /// <summary>Waits until there may be more; false when nothing will come any more.</summary>
    /// <exception cref="OperationCanceledException">The reader is gone.</exception>
    internal async Task<bool> WaitAsync(CancellationToken gone)
    {
        if (_source.IsClosed)
            return false;
        await _wakes.Reader.ReadAsync(gone);
        return true;
    }

    public void Dispose()
    {
        _loop.Post(() => _source.Changed -= _wake);
        _file?.Dispose();
    }
}
