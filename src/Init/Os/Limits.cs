using static Init.Native.Libc;

namespace Init.Os;

internal enum LimitKind
{
    OpenFiles = RLIMIT_NOFILE,
    Processes = RLIMIT_NPROC,
    CoreSize = RLIMIT_CORE,
    AddressSpace = RLIMIT_AS,
    RealTime = RLIMIT_RTTIME,
}

/// <summary>A resource limit; <see cref="Unlimited"/> is none.</summary>
internal readonly record struct ResourceLimit(LimitKind Kind, ulong Soft, ulong Hard)
{
    internal const ulong Unlimited = RLIM_INFINITY;
}

/// <summary>Resource limits, which programs inherit from us.</summary>
internal static unsafe class Limits
{
    /// <summary>How many descriptors we may have open.</summary>
    internal static int OpenFiles => (int)Math.Min(Soft(LimitKind.OpenFiles), int.MaxValue);

    /// <summary>The soft limit, which is the one that the kernel enforces; 0 when it cannot be read.</summary>
    internal static ulong Soft(LimitKind kind)
    {
        rlimit limit;
        return getrlimit((int)kind, &limit) < 0 ? 0 : limit.rlim_cur;
    }

    /// <summary>What we may be raised to ourselves.</summary>
    internal static ulong Hard(LimitKind kind)
    {
        rlimit limit;
        return getrlimit((int)kind, &limit) < 0 ? 0 : limit.rlim_max;
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
