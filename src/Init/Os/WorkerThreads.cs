namespace Init.Os;

/// <summary>
/// The runtime's pool of threads, made at once and kept. Made when they are wanted, the first that the kernel refuses (a full pids cgroup,
/// RLIMIT_NPROC) would be an exception in the middle of the pool: the end of PID 1, or of all its work. Nothing of ours waits on them for
/// long, so that few are enough.
/// </summary>
internal static class WorkerThreads
{
    private const int Count = 4;

    /// <summary>How many threads can do something at the same time.</summary>
    internal static int AtOnce => Math.Min(Count, Environment.ProcessorCount);

    /// <summary>Long enough for threads to be made; the pool works with fewer too.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    private static bool _areMade;

    /// <exception cref="OutOfMemoryException">The kernel refuses the first already.</exception>
    internal static void Make()
    {
        if (_areMade)
            return;
        // With both ends the same the pool has nothing to find out. That they stay is said where the project is built.
        ThreadPool.GetMinThreads(out _, out var completions);
        ThreadPool.SetMinThreads(Count, completions);
        ThreadPool.SetMaxThreads(Count, completions);
        var all = new CountdownEvent(Count);
        for (var n = 0; n < Count; n++)
            ThreadPool.UnsafeQueueUserWorkItem(_ =>
            {
                all.Signal();
                all.Wait(_patience); // so that each has its own
            }, null);
        _ = new Timer(static _ => { }, null, 1, Timeout.Infinite); // the thread of all timers
        _areMade = true;
    }
}
