namespace Init.Config;

internal enum DependencyCondition
{
    /// <summary>It was started.</summary>
    Started,

    /// <summary>It is RUNNING, or has completed if it is a oneshot.</summary>
    Ready,

    /// <summary>It has ended with an expected status.</summary>
    Completed,
}

/// <summary>One item of depends_on: a program, a group or a `group:process`, and what must hold of it.</summary>
internal sealed record Dependency(string Name, DependencyCondition Condition)
{
    internal bool Means(string group, ProcessConfig process) => Name.IndexOf(':') is >= 0 and var colon
        ? group == Name[..colon] && Name[(colon + 1)..] is var name && (name == "*" || name == process.Name)
        : Name == group || Name == process.Program;

    /// <summary>`redis:ready`.</summary>
    public override string ToString() => $"{Name}:{Condition.ToString().ToLowerInvariant()}";
}
