namespace Init.Os;

/// <summary>
/// Threads for work that may never return: a system call on a path whose mount does not answer any more, a look-up of a name. Such work
/// costs its thread, and nothing else waits for it: not the loop, and not the few threads of the runtime's pool.
/// </summary>
internal static class Abandonable
{
    /// <summary>So many may hang. A thread is some 20 KB of memory, and its stack of addresses.</summary>
    private const int MostThreads = 64;

    /// <summary>A configuration is read on one too.</summary>
    private const int Stack = 1024 * 1024;

    /// <summary>Then a thread ends: an idle daemon has none that wakes up some day.</summary>
    private static readonly TimeSpan _idle = TimeSpan.FromMilliseconds(500);

    // A monitor, whose waiting threads a lock of its own kind would not have.
    private static readonly object _gate = new();
    private static readonly HashSet<string> _underWay = new(StringComparer.Ordinal);
    private static readonly Queue<(string Key, Func<Action> Work)> _queue = [];
    private static int _threads;
    private static int _waiting;

    /// <summary>Begins work on another thread. It must not throw.</summary>
    /// <param name="key">What it is about: of what hangs already there is not a second one.</param>
    /// <param name="done">Called there, when the same may be begun again.</param>
    /// <returns>False when the same is under way, or no thread is to be had.</returns>
    internal static bool TryStart<T>(string key, Func<T> work, Action<T> done) => TryStart(key, () =>
    {
        var result = work();
        return () => done(result);
    });

    private static bool TryStart(string key, Func<Action> work)
    {
        lock (_gate)
        {
            if (!_underWay.Add(key))
                return false;
            _queue.Enqueue((key, work));
            if (_waiting >= _queue.Count)
            {
                Monitor.Pulse(_gate);
                return true;
            }
            if (_threads < MostThreads && TryAddThread())
                return true;
            // Nobody is there to take it. What was put in before waits for a thread that was woken for it.
            for (var left = _queue.Count - 1; left > 0; left--)
                _queue.Enqueue(_queue.Dequeue());
            _queue.Dequeue();
            _underWay.Remove(key);
            return false;
        }
    }

    /// <summary>
    /// Does work on another thread, and waits for it so long at most. It must not throw. Where no thread is to be had, it is done on this one:
    /// then the machine is in need, and not a mount.
    /// </summary>
    /// <returns>Whether it is done; if not, it may be at any time, or never.</returns>
    internal static bool TryWithin(TimeSpan patience, string key, Action work)
    {
        var done = new ManualResetEventSlim(); // not disposed of: late work still sets it
        if (TryStart(key, () =>
        {
            work();
            return done.Set;
        }))
        {
            Clock.Rest(patience);
            return done.Wait(patience);
        }
        lock (_gate)
            if (_underWay.Contains(key) || _threads == MostThreads)
                return false;
        work();
        return true;
    }

    private static bool TryAddThread()
    {
        try
        {
            new Thread(Serve, Stack) { IsBackground = true }.Start();
            _threads++;
            return true;
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            return false;
        }
    }

    private static void Serve()
    {
        while (Next() is var (key, work))
        {
            Action? done = null;
            try
            {
                done = work();
            }
            catch (Exception)
            {
                // Nothing may get out of a thread: it would be our end. The caller hears nothing, as if it hung.
            }
            lock (_gate)
                _underWay.Remove(key);
            done?.Invoke();
        }
    }

    /// <summary>Null when there was nothing to do for a while: the thread ends.</summary>
    private static (string Key, Func<Action> Work)? Next()
    {
        lock (_gate)
        {
            while (_queue.Count == 0)
            {
                _waiting++;
                var isWoken = Monitor.Wait(_gate, _idle);
                _waiting--;
                if (!isWoken && _queue.Count == 0)
                {
                    _threads--;
                    return null;
                }
            }
            return _queue.Dequeue();
        }
    }
}
