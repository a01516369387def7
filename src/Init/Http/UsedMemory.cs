using Init.Os;

namespace Init.Http;

/// <summary>
/// Gives memory back to the kernel after requests that used much of it, once it has become quiet. Otherwise it would stay ours for long:
/// the collector has no reason to look for it.
/// </summary>
internal static class UsedMemory
{
    /// <summary>What a connection, which has ended, has used.</summary>
    internal const int OfConnection = 16 * 1024;

    /// <summary>Less is not worth some milliseconds in which nothing else is done.</summary>
    private const long Worthwhile = 2 * 1024 * 1024;

    /// <summary>Without a request; far longer than a thread needs to leave what it called, whose memory is its own until then.</summary>
    private static readonly TimeSpan _quiet = TimeSpan.FromMilliseconds(250);

    /// <summary>Where it never becomes quiet.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private static readonly Timer _onceQuiet = new(static _ => Look(), null, Timeout.Infinite, Timeout.Infinite);
    private static long _used;
    private static long _seen;
    private static TimeSpan _since;
    private static int _isLooking;

    /// <summary>Tells of so many bytes that a request has used, and needs no more.</summary>
    internal static void Add(int bytes)
    {
        if (Interlocked.Add(ref _used, bytes) < Worthwhile || Interlocked.Exchange(ref _isLooking, 1) == 1)
            return;
        _since = Clock.Now;
        LookLater();
    }

    private static void LookLater()
    {
        _seen = Interlocked.Read(ref _used);
        _onceQuiet.Change(_quiet, Timeout.InfiniteTimeSpan);
    }

    private static void Look()
    {
        if (Interlocked.Read(ref _used) != _seen && Clock.Now - _since < _patience)
        {
            LookLater();
            return;
        }
        Interlocked.Exchange(ref _used, 0);
        Interlocked.Exchange(ref _isLooking, 0);
        Pieces.Trim();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
