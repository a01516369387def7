namespace Init.Config;

/// <summary>
/// Keys and sections that nobody has read. There is no list of those that are known: a reader knows what it asks for. It has to ask
/// for a key in each section where the key may stand, whatever the others say, or the key counts as unknown there.
/// </summary>
internal sealed class UnknownKeys
{
    /// <summary>For suggestions only.</summary>
    private static readonly string[] _kinds =
    [
        "supervisord", "supervisorctl", "include", "unix_http_server", "inet_http_server", ProgramDefaults.Section,
        "program", "group", "eventlistener", "fcgi-program", "rpcinterface", "ctlplugin",
    ];

    /// <summary>Their keys are somebody else's, and all asked for.</summary>
    private static readonly string[] _freeKinds = ["rpcinterface", "ctlplugin"];

    private readonly Inspection _inspection;
    private readonly Dictionary<string, HashSet<string>> _keysOfKinds = new(StringComparer.Ordinal);
    private readonly HashSet<string> _readSections = new(StringComparer.Ordinal);

    private UnknownKeys(Inspection inspection)
    {
        _inspection = inspection;
        foreach (var (section, key) in inspection.AskedKeys)
        {
            _readSections.Add(section);
            KeysOf(KindOf(section)).Add(key);
            if (!_freeKinds.Contains(KindOf(section))) KeysOf(IniDialect.DefaultSection).Add(key);
            if (ProgramDefaults.ApplyTo(section, key)) KeysOf(ProgramDefaults.Section).Add(key);
        }
    }

    /// <summary>To be called when everything has been read.</summary>
    internal static void Warn(ConfigDocument document, Inspection inspection)
    {
        var unknown = new UnknownKeys(inspection);
        foreach (var (section, key, location) in document.Places)
            if (unknown.Of(section, key) is { } problem)
                inspection.AddWarning(document, section, key, problem, location);
    }

    private HashSet<string> KeysOf(string kind) => _keysOfKinds.TryGetValue(kind, out var keys) ? keys : _keysOfKinds[kind] = new(StringComparer.Ordinal);

    private string? Of(string section, string key)
    {
        if (key.Length == 0) return IsKnown(section) ? null : UnknownSection(section);
        var keys = KeysOf(KindOf(section));
        if (!IsKnown(section) || _inspection.IsUnfinished(section) || keys.Count == 0 || keys.Contains(key)) return null;
        if (Spelling.Nearest(key, keys) is { } nearest) return $"unknown key '{key}', did you mean '{nearest}'?";
        if (section == IniDialect.DefaultSection) return $"unknown key '{key}', no section reads it";
        var others = _keysOfKinds.Keys.Where(kind => _keysOfKinds[kind].Contains(key) && _kinds.Contains(kind) && !_freeKinds.Contains(kind)
            && kind != ProgramDefaults.Section).Select(kind => $"[{kind}]").Order(StringComparer.Ordinal).ToList();
        return others.Count == 0 ? $"unknown key '{key}'" : $"unknown key '{key}', it belongs to {string.Join(" or ", others)}";
    }

    private bool IsKnown(string section) =>
        section is IniDialect.DefaultSection or ProgramDefaults.Section || _readSections.Contains(section) || _inspection.IsUnfinished(section);

    private static string UnknownSection(string section)
    {
        var kind = Before(section, ':');
        if (kind == section && _kinds.Contains(kind)) return $"section [{section}] has no effect without a name: [{section}:NAME]";
        return Spelling.Nearest(kind, _kinds) is { } nearest ? $"unknown section [{section}], did you mean '{nearest}'?" : $"unknown section [{section}]";
    }

    /// <summary>Of servers also what Supervisor takes for one because it begins like one (C-171).</summary>
    private static string KindOf(string section) => Array.Find(_kinds,
        kind => kind.EndsWith("_http_server", StringComparison.Ordinal) && section.StartsWith(kind, StringComparison.Ordinal)) ?? Before(section, ':');

    private static string Before(string text, char end) => text.IndexOf(end) is >= 0 and var at ? text[..at] : text;
}
