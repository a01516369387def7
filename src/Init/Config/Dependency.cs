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
    internal bool Means(string group, ProcessConfig process) => IsNameOf(Name, group, process);

    /// <summary>Whether a name, of a program, a group or a `group:process`, means a process.</summary>
    internal static bool IsNameOf(string name, string group, ProcessConfig process) => name.IndexOf(':') is >= 0 and var colon
        ? group == name[..colon] && name[(colon + 1)..] is var rest && (rest == "*" || rest == process.Name)
        : name == group || name == process.Program;

    /// <summary>`redis:ready`.</summary>
    public override string ToString() => $"{Name}:{Condition.ToString().ToLowerInvariant()}";
}
