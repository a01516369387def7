using System.Threading.Channels;
using Init.Config;
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
    private int _clears;

    private LogFollower(EventLoop loop, ILogSource source, int fromEnd)
    {
        _loop = loop;
        _source = source;
        _wake = () => _wakes.Writer.TryWrite(true);
        _clears = source.Ring.Clears;
        _seen = source.Ring.Total - Math.Min(fromEnd, source.Ring.Length);
        if (source.File is { } file)
            _file = new FileFollower(file, fromEnd);
        source.Changed += _wake;
        Watch();
    }

    /// <summary>
    /// Sees to it that the kernel tells of the file that is at the path now; where there is none, between the renaming of a file and the
    /// making of the next, of what comes into its directory.
    /// </summary>
    private void Watch()
    {
        if (_disposed || _source.File is not { } path || PathGate.FirstSilent([path]) is not null)
            return;
        var current = GuardedFile.Identity(path);
        if (_unwatch is not null && current == _watched)
            return;
        _unwatch?.Invoke();
        _unwatch = current is null
            ? _loop.Files.Watch(PosixPath.DirectoryOf(path) is { Length: > 0 } directory ? directory : ".", _wake, isDirectory: true)
            : _loop.Files.Watch(path, _wake);
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
        // The file is another one, or there is none: it was rotated, removed, or made anew.
        if (count == 0 && GuardedFile.Identity(_file.Path) != _watched)
            _loop.Post(Watch);
        return count;
    }

    private int ReadRing(Span<byte> buffer)
    {
        var ring = _source.Ring;
        if (ring.Clears != _clears)
            (_seen, _clears) = (0, ring.Clears);
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
        _loop.Post(() =>
        {
            _disposed = true;
            _source.Changed -= _wake;
            _unwatch?.Invoke();
        });
        _file?.Dispose();
    }
}
