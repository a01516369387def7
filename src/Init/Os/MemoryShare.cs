namespace Init.Os;

/// <summary>
/// The memory that we may use: half of the container's, or else of the machine's (see the project file); where the address space is limited
/// (`ulimit -v`), a quarter of it, the heap's limit then (start.c). Each limit on what clients can make us hold is a part of this.
/// </summary>
internal static class MemoryShare
{
    private static readonly long _available =
        (long)Math.Min((ulong)GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, Limits.Soft(LimitKind.AddressSpace) / 4);

    /// <summary>One part of so many, at most.</summary>
    internal static int Of(int parts, int most) => (int)Math.Min(most, _available / parts);
}
