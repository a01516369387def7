namespace Init.Os;

/// <summary>
/// What there is of memory for us: in a container with a limit three quarters of it, otherwise the machine's. What clients can make us
/// hold is a part of it.
/// </summary>
internal static class MemoryShare
{
    private static readonly long _available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>One part of so many, at most.</summary>
    internal static int Of(int parts, int most) => (int)Math.Min(most, _available / parts);
}
