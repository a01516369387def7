using System.Globalization;
using Init.Config;
using Init.Os;

namespace Init.Processes;

/// <summary>
/// The variables a program is started with: ours, then SUPERVISOR_*, then `[supervisord] environment`, then the program's own, which
/// are its user's (`user_env`), those of its files (`environment_file`) and `environment`; a later one wins (C-249 to C-253).
/// </summary>
internal sealed class ChildEnvironment
{
    private readonly Dictionary<string, string> _variables;

    /// <exception cref="ConfigException">An environment_file is missing or wrong.</exception>
    internal ChildEnvironment(IReadOnlyDictionary<string, string> inherited, string? serverUrl, string group,
        IReadOnlyList<KeyValuePair<string, string>> supervisord, ProcessConfig program)
    {
        _variables = new(inherited);
        _variables["SUPERVISOR_ENABLED"] = "1";
        if (!string.IsNullOrEmpty(serverUrl))
            _variables["SUPERVISOR_SERVER_URL"] = serverUrl;
        _variables["SUPERVISOR_PROCESS_NAME"] = program.Name;
        _variables["SUPERVISOR_GROUP_NAME"] = group;
        Add(supervisord);
        if (program.UserEnv)
            AddUser(program.User);
        foreach (var file in program.EnvironmentFiles)
            Add(file.Read());
        Add(program.Environment);
    }

    internal string? Path => _variables.GetValueOrDefault("PATH");

    /// <summary>Sets a variable in the place of any other of its name, or with null takes it away.</summary>
    internal void Set(string name, string? value)
    {
        if (value is null)
            _variables.Remove(name);
        else
            _variables[name] = value;
    }

    internal List<string> ToList()
    {
        var list = new List<string>(_variables.Count);
        foreach (var (name, value) in _variables)
            list.Add($"{name}={value}");
        return list;
    }

    private void Add(IReadOnlyList<KeyValuePair<string, string>> variables)
    {
        foreach (var (name, value) in variables)
            _variables[name] = value;
    }

    /// <summary>As login sets them. One without an entry has the home that Docker gives it, and its number for a name.</summary>
    private void AddUser(UserIdentity? user)
    {
        var uid = user?.Uid ?? Users.OwnUid;
        var entry = user?.Name is { } name ? Users.Find(name) : Users.Find(uid);
        _variables["HOME"] = entry is { Home.Length: > 0 } ? entry.Home : "/";
        _variables["USER"] = _variables["LOGNAME"] = entry?.Name ?? uid.ToString(CultureInfo.InvariantCulture);
        _variables["SHELL"] = entry is { Shell.Length: > 0 } ? entry.Shell : "/bin/sh";
    }
}
