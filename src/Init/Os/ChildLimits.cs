namespace Init.Os;

/// <summary>What a child is held to beyond what it inherits; null is what we have ourselves.</summary>
internal sealed record ChildLimits
{
    /// <summary>The nice value, -20 to 19.</summary>
    public int? Nice { get; init; }

    /// <summary>-1000 to 1000.</summary>
    public int? OomScoreAdj { get; init; }
    public ResourceLimit? OpenFiles { get; init; }
    public ResourceLimit? Processes { get; init; }
    public ResourceLimit? CoreSize { get; init; }
    public ResourceLimit? AddressSpace { get; init; }
    public bool NoNewPrivs { get; init; }

    /// <summary>What makes its descendants known as such.</summary>
    public TreeMark? Mark { get; init; }

    internal static ChildLimits None { get; } = new();
}
