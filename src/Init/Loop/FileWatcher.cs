using Init.Os;

namespace Init.Loop;

/// <summary>
/// Calls back when files change, whoever changes them. One kernel object for all of them, since a user may have few; it exists while
/// there is something to watch. Of the loop thread.
/// </summary>
/// <param name="failed">Told of a callback that threw.</param>
internal sealed class FileWatcher(EventLoop loop, Action<IDescriptorHandler, Exception> failed) : IDescriptorHandler, IDisposable
{
    private readonly Dictionary<int, Action> _callbacks = [];
    private readonly HashSet<int> _changed = [];
    private FileChanges? _changes;
    private int _handle;

    /// <summary>
    /// Watches the file that is at the path now, or what comes into a directory and that itself, and returns what ends it; null when it cannot be
    /// watched.
    /// </summary>
    internal Action? Watch(string path, Action callback, bool isDirectory = false)
    {
        try
        {
            Open();
        }
        catch (SyscallException)
        {
            return null; // no more instances for this user: who asks does without
        }
        if (_changes!.Watch(path, isDirectory) is not { } watch)
        {
            CloseIfUnused();
            return null;
        }
        _callbacks[watch] = _callbacks.GetValueOrDefault(watch) + callback;
        return () => Unwatch(watch, callback);
    }

    void IDescriptorHandler.OnReady(Readiness readiness)
    {
        _changes!.Drain(_changed);
        if (_changed.Contains(FileChanges.Everything))
            _changed.UnionWith(_callbacks.Keys);
        foreach (var watch in _changed)
            Tell(_callbacks.GetValueOrDefault(watch));
        _changed.Clear();
    }

    /// <summary>One that throws does not keep the others from hearing of it, now or later.</summary>
    private void Tell(Action? callbacks)
    {
        foreach (var callback in Delegate.EnumerateInvocationList(callbacks))
            try
            {
                callback();
            }
            catch (Exception e)
            {
                failed(this, e);
            }
    }

    private void Unwatch(int watch, Action callback)
    {
        var left = _callbacks.GetValueOrDefault(watch) - callback;
        if (left is not null)
        {
            _callbacks[watch] = left;
            return;
        }
        if (_callbacks.Remove(watch))
            _changes?.Unwatch(watch);
        CloseIfUnused();
    }

    private void Open()
    {
        if (_changes is not null)
            return;
        var changes = new FileChanges();
        try
        {
            _handle = loop.Watch(changes.Descriptor, Readiness.Readable, this);
        }
        catch
        {
            changes.Dispose();
            throw;
        }
        _changes = changes;
    }

    private void CloseIfUnused()
    {
        if (_callbacks.Count > 0)
            return;
        loop.Unwatch(_handle);
        _changes?.Dispose();
        _changes = null;
    }

    public void Dispose() => _changes?.Dispose();
}
