using static Init.Native.Libc;

namespace Init.Os;

internal enum LimitKind
{
    OpenFiles = RLIMIT_NOFILE,
    Processes = RLIMIT_NPROC,
}

/// <summary>Resource limits, which programs inherit from us.</summary>
internal static unsafe class Limits
{
    /// <summary>How many descriptors we may have open.</summary>
    internal static int OpenFiles
    {
        get
        {
            rlimit limit;
            return getrlimit((int)LimitKind.OpenFiles, &limit) < 0 ? 0 : (int)Math.Min(limit.rlim_cur, int.MaxValue);
        }
    }

    /// <summary>Raises the soft limit to what is wanted, and the hard one too where it is lower.</summary>
    /// <returns>False when it may not be raised that far.</returns>
    internal static bool Raise(LimitKind kind, long wanted, out bool raised)
    {
        raised = false;
        rlimit limit;
        if (wanted < 0 || getrlimit((int)kind, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= (ulong)wanted)
            return true;
        limit.rlim_cur = (ulong)wanted;
        limit.rlim_max = Math.Max(limit.rlim_max, limit.rlim_cur);
        raised = setrlimit((int)kind, &limit) == 0;
        return raised;
    }
}
