namespace Init.Processes;

/// <summary>
/// The variables a program is started with: ours, then SUPERVISOR_*, then `[supervisord] environment`, then the program's own; a
/// later one wins (C-249 to C-253).
/// </summary>
internal sealed class ChildEnvironment
{
    private readonly Dictionary<string, string> _variables;

    internal ChildEnvironment(IReadOnlyDictionary<string, string> inherited, string? serverUrl, string process, string group,
        IEnumerable<KeyValuePair<string, string>> supervisord, IEnumerable<KeyValuePair<string, string>> program)
    {
        _variables = new(inherited);
        _variables["SUPERVISOR_ENABLED"] = "1";
        if (!string.IsNullOrEmpty(serverUrl))
            _variables["SUPERVISOR_SERVER_URL"] = serverUrl;
        _variables["SUPERVISOR_PROCESS_NAME"] = process;
        _variables["SUPERVISOR_GROUP_NAME"] = group;
        foreach (var (name, value) in supervisord)
            _variables[name] = value;
        foreach (var (name, value) in program)
            _variables[name] = value;
    }

    internal string? Path => _variables.GetValueOrDefault("PATH");

    internal List<string> ToList()
    {
        var list = new List<string>(_variables.Count);
        foreach (var (name, value) in _variables)
            list.Add($"{name}={value}");
        return list;
    }
}
