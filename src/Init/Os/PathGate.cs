namespace Init.Os;

/// <summary>
/// Sees whether paths that users name can be asked about at all, before the loop does. Behind one may be a mount that does not answer (a
/// server that is gone), and a system call there never returns.
/// </summary>
internal static class PathGate
{
    /// <summary>Once for a folder that does not answer; while it stays so, it is not waited for again.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(500);

    /// <summary>A path that has just answered is not asked about again: many programs that start together share their folders.</summary>
    private static readonly TimeSpan _fresh = TimeSpan.FromMilliseconds(100);

    private const int MostRemembered = 256;

    private static readonly Lock _lock = new();
    private static readonly Dictionary<string, TimeSpan> _answered = new(StringComparer.Ordinal);
    private static readonly List<Look> _silent = [];
    private static long _looks;

    /// <summary>The first that does not answer; null when all do.</summary>
    internal static string? FirstSilent(IEnumerable<string> paths)
    {
        var now = Clock.Now;
        List<string> asked;
        lock (_lock)
        {
            _silent.RemoveAll(look => look.IsDone);
            if (paths.FirstOrDefault(path => _silent.Exists(look => look.Hangs(path))) is { } silent)
                return silent;
            asked = [.. paths.Where(path => !(_answered.TryGetValue(path, out var at) && now - at < _fresh))];
        }
        if (asked.Count == 0)
            return null;

        var look = new Look(asked);
        var answers = Abandonable.TryWithin(_patience, $"paths {Interlocked.Increment(ref _looks)}", look.Run);
        lock (_lock)
        {
            if (!answers)
            {
                _silent.Add(look);
                return look.Current;
            }
            if (_answered.Count > MostRemembered)
                _answered.Clear();
            foreach (var path in asked)
                _answered[path] = now;
            return null;
        }
    }

    /// <summary>One after the other, so that it is known which of them hangs.</summary>
    private sealed class Look(List<string> paths)
    {
        private volatile int _at;

        internal bool IsDone => _at == paths.Count;

        internal string Current => paths[Math.Min(_at, paths.Count - 1)];

        /// <summary>It, and all that is in the same folder.</summary>
        internal bool Hangs(string path) => !IsDone && (path == Current || FolderOf(path) == FolderOf(Current));

        internal void Run()
        {
            for (; _at < paths.Count; _at++)
                Descriptors.Stat(paths[_at]);
        }

        private static string FolderOf(string path) => path[..(path.LastIndexOf('/') + 1)];
    }
}
