using System.Threading.Channels;
using Init.Loop;
using Init.Os;

namespace Init.Output;

/// <summary>
/// Follows a log from near its end, whether it has a file or not, from another thread than the loop's. Woken by the log itself, and by
/// the kernel when another writes the file: several programs may share one. Nothing is kept for a reader that is slow; it reads on from
/// where it was.
/// </summary>
internal sealed class LogFollower : IDisposable
{
    private static readonly TimeSpan _whileMissing = TimeSpan.FromMilliseconds(200);

    private readonly EventLoop _loop;
    private readonly ILogSource _source;
    private readonly FileFollower? _file;

    // One pending wake is enough: whoever wakes reads everything.
    private readonly Channel<bool> _wakes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Action _wake;
    private bool _disposed;
    private Action? _unwatch;
    private FileIdentity? _watched;
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
        Watch();
    }

    /// <summary>Sees to it that the file that is at the path now is the one that the kernel tells of.</summary>
    private void Watch()
    {
        if (_disposed || _source.File is not { } path || Descriptors.Identity(path) is not { } current || current == _watched)
            return;
        _unwatch?.Invoke();
        _unwatch = _loop.Files.Watch(path, _wake);
        _watched = current;
        _wake(); // what came before the watch was set
    }

    /// <param name="find">Called on the loop thread; null when there is no such log.</param>
    internal static Task<LogFollower?> OpenAsync(EventLoop loop, Func<ILogSource?> find, int fromEnd) =>
        loop.CallAsync(() => find() is { } source ? new LogFollower(loop, source, fromEnd) : null);

    /// <summary>The file's path, when it has one.</summary>
    internal string? File => _source.File;

    /// <summary>Reads what there is now; 0 when there is nothing new.</summary>
    internal async ValueTask<int> ReadAsync(Memory<byte> buffer)
    {
        if (_file is null)
            return await _loop.CallAsync(() => ReadRing(buffer.Span));
        var count = _file.Read(buffer.Span);
        // A file of that name that is not ours yet: it was rotated, or made anew.
        if (count == 0 && Descriptors.Identity(_file.Path) is { } current && current != _watched)
            _loop.Post(Watch);
        return count;
    }

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
        // Between the renaming of a file and the making of the next there is nothing that the kernel could tell of.
        if (_file is not null && Descriptors.Identity(_file.Path) is null)
            await Task.WhenAny(_wakes.Reader.WaitToReadAsync(gone).AsTask(), Task.Delay(_whileMissing, gone));
        else
            await _wakes.Reader.WaitToReadAsync(gone);
        gone.ThrowIfCancellationRequested();
        _wakes.Reader.TryRead(out _);
        return true;
    }

    public void Dispose()
    {
        _loop.Post(() =>
        {
            _disposed = true;
            _source.Changed -= _wake;
            _unwatch?.Invoke();
        });
        _file?.Dispose();
    }
}
