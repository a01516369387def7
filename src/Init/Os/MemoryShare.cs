namespace Init.Os;

/// <summary>
/// What there is of memory for us: half of the container's, or else of the machine's (see the project file); where addresses are limited
/// (`ulimit -v`), a quarter of these, which is what the heap gets then (start.c). What clients can make us hold is a part of that.
/// </summary>
internal static class MemoryShare
{
    private static readonly long _available =
        (long)Math.Min((ulong)GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, Limits.Soft(LimitKind.AddressSpace) / 4);

    /// <summary>One part of so many, at most.</summary>
    internal static int Of(int parts, int most) => (int)Math.Min(most, _available / parts);
}
