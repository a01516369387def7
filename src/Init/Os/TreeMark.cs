namespace Init.Os;

/// <summary>
/// What makes a run of a program and all its descendants known, wherever they go: a limit to the time that a real-time process may
/// occupy a core, so large that nothing meets it, and another one for each run. It is inherited by whatever is forked, in a session of
/// its own or not, with an environment or none, and as another user; without privilege nothing gets rid of it but by a lower limit; and
/// everybody may read it in /proc/PID/limits.
/// <code>
///   bits  63  62   61 to 28   27 to 0
///          0   1   random     all set; random in the marks of a supervisor that runs below a mark itself
/// </code>
/// </summary>
internal readonly record struct TreeMark(ulong Limit)
{
    private const ulong Marked = 1UL << 62;
    private const ulong Inner = (1UL << 28) - 1;

    internal ResourceLimit AsLimit => new(LimitKind.RealTime, Limit, Limit);

    /// <summary>A new one; null when there is no room below our own limit, which we cannot count on being allowed to raise.</summary>
    internal static TreeMark? New() => Below(Limits.Hard(LimitKind.RealTime), (ulong)Random.Shared.NextInt64());

    internal static TreeMark? Below(ulong own, ulong chance)
    {
        if (own == ResourceLimit.Unlimited)
            return new(Marked | chance & (Marked - 1) | Inner);
        return own >> 62 == 1 && (own & Inner) == Inner ? new(own - 1 - chance % Inner) : null;
    }

    /// <summary>Whether a process with that limit is of this run, directly or by way of a supervisor in it.</summary>
    internal bool Covers(ulong limit) => limit == Limit || ((Limit & Inner) == Inner && (limit | Inner) == Limit);
}
