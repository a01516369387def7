namespace Init.Os;

/// <summary>
/// What there is of memory for us: half of the container's, or else of the machine's (see the project file). What clients can make us hold
/// is a part of that.
/// </summary>
internal static class MemoryShare
{
    private static readonly long _available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>One part of so many, at most.</summary>
    internal static int Of(int parts, int most) => (int)Math.Min(most, _available / parts);
}
