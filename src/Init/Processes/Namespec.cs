namespace Init.Processes;

/// <summary>
/// What a client calls a process: `name` where group and process are of one name, `group:process`, or `group:*` and `group:` for all of
/// a group.
/// </summary>
internal static class Namespec
{
    private const string Everything = "*";

    /// <summary>The group and the process; no process when all of the group is meant. Null when there is none of that name .</summary>
    internal static (ProcessGroup Group, Subprocess? Process)? Find(ProcessGroups groups, string name)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var groupName = colon < 0 ? name : name[..colon];
        var processName = colon < 0 ? name : name[(colon + 1)..];
        if (groups.Find(groupName) is not { } group)
            return null;
        if (colon >= 0 && processName is "" or Everything)
            return (group, null);
        return group.Find(processName) is { } process ? (group, process) : null;
    }
}
