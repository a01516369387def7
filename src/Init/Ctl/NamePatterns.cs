using Init.Config;

namespace Init.Ctl;

/// <summary>
/// Names with `*`, `?` or `[...]`, of ours: `web_*` is every process whose name, or `group:name`, is like that. What is like no process
/// stays as it is, and is then told to be none. What has a meaning to Supervisor keeps it: `group:*`, and a name that is written just so.
/// </summary>
internal static class NamePatterns
{
    internal static List<string> Expand(Session session, List<string> names)
    {
        if (!names.Exists(IsPattern))
            return names;
        return Expand([.. session.Call("supervisor.getAllProcessInfo").Items().Select(process => process.Namespec())], names);
    }

    /// <param name="all">The processes that there are.</param>
    internal static List<string> Expand(List<Namespec> all, List<string> names) =>
        [.. names.SelectMany(name => IsPattern(name) && !IsName(name, all) && Matches(name, all) is { Count: > 0 } matches ? matches : [name]).Distinct()];

    private static bool IsPattern(string name) =>
        name.AsSpan().IndexOfAny('*', '?', '[') >= 0 && !(Namespec.Parse(name).Process is null && !name[..^1].AsSpan().ContainsAny('*', '?', '['));

    /// <summary>Of a process, or of a group: `a?` is not `ab` where there is one of that name.</summary>
    private static bool IsName(string word, List<Namespec> all)
    {
        var (group, process) = Namespec.Parse(word);
        return all.Exists(name => name.Group == group && (process is null || process == name.Process)) || all.Exists(name => name.Group == word);
    }

    private static List<string> Matches(string pattern, List<Namespec> all) =>
        [.. all.Where(name => Glob.Matches(pattern, name.ToString()) || Glob.Matches(pattern, name.Process)).Select(name => name.ToString())];
}
