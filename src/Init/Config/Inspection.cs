namespace Init.Config;

internal enum Severity
{
    Error,
    Warning,
}

/// <summary>One thing that a check has found.</summary>
/// <param name="Line">From 1; 0 where it is about no line.</param>
/// <param name="Section">Empty where it is about none; so is the key.</param>
internal sealed record Finding(Severity Severity, string File, int Line, string Section, string Key, string Message);

/// <summary>
/// What a check collects while a configuration is read. In an ordinary load there is none, and the first error ends the reading.
/// It also knows which keys the readers have asked for: whatever nobody asks for is unknown.
/// </summary>
/// <param name="path">The main file as named.</param>
internal sealed class Inspection(string path)
{
    private readonly List<Finding> _findings = [];
    private readonly HashSet<(string Section, string Key)> _asked = [];
    private readonly HashSet<(string Section, string Key)> _failed = [];
    private readonly HashSet<string> _broken = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unfinished = new(StringComparer.Ordinal);
    private readonly Dictionary<GroupConfig, (string Section, IReadOnlyList<ProcessConfig> Processes)> _origins =
        new(ReferenceEqualityComparer.Instance);
    private bool _isDemoting;

    /// <summary>In the order of files and lines, errors of a line before its warnings.</summary>
    internal IReadOnlyList<Finding> Findings =>
        [.. _findings.OrderBy(finding => finding.File, StringComparer.Ordinal).ThenBy(finding => finding.Line).ThenBy(finding => finding.Severity)];

    internal bool HasErrors => _findings.Exists(finding => finding.Severity == Severity.Error);

    /// <summary>A file could not be read to its end, so what seems to be missing may be in the rest.</summary>
    internal bool IsIncomplete { get; set; }

    internal IReadOnlyCollection<(string Section, string Key)> AskedKeys => _asked;

    internal void Asked(string section, string key) => _asked.Add((section, key));

    /// <summary>Not all keys of the section were asked for, so nothing is known about the others.</summary>
    internal void LeaveUnfinished(string section) => _unfinished.Add(section);

    internal bool IsUnfinished(string section) => _unfinished.Contains(section);

    internal bool IsBroken(string section) => _broken.Contains(section);

    internal bool HasFailed(string section, string key) => _failed.Contains((section, key));

    internal void Made(GroupConfig group, string section, IReadOnlyList<ProcessConfig> processes) => _origins[group] = (section, processes);

    /// <summary>The section that a group was made of, and all its processes, those of equal names too.</summary>
    internal (string Section, IReadOnlyList<ProcessConfig> Processes) OriginOf(GroupConfig group) => _origins[group];

    /// <summary>Has a part read whose errors keep nothing from loading.</summary>
    internal void Demote(Action read)
    {
        _isDemoting = true;
        read();
        _isDemoting = false;
    }

    /// <summary>An error that ended the reading of a key. What it brings about (a missing value, another process of the program) is not told.</summary>
    internal void Fail(ConfigDocument document, string section, string key, ConfigException error)
    {
        _broken.Add(section);
        var isFirst = _failed.Add((section, key));
        // Something is told before anything is left out: a check that says nothing says that it loads.
        if (!isFirst || (HasErrors && IsConsequence(section, key, error))) return;
        var location = error.Location is { File: "", Line: var line } ? new SourceLocation(path, line) : error.Location;
        Add(Severity.Error, document, section, key, Shortened(error), location);
    }

    /// <summary>An error of a key that may have others.</summary>
    internal void AddError(ConfigDocument document, string section, string key, string message)
    {
        _broken.Add(section);
        Add(Severity.Error, document, section, key, message);
    }

    internal void AddWarning(ConfigDocument document, string section, string key, string message, SourceLocation? location = null) =>
        Add(Severity.Warning, document, section, key, message, location);

    private void Add(Severity severity, ConfigDocument document, string section, string key, string message, SourceLocation? location = null)
    {
        location ??= (key.Length > 0 ? document.LocationOf(section, key) : null) ?? document.LocationOf(section);
        Add(severity, location ?? new SourceLocation(path, 0), document.DefaultSectionOf(section, key) ?? section, key, message);
    }

    internal void Add(Severity severity, SourceLocation location, string section, string key, string message)
    {
        if (_isDemoting) severity = Severity.Warning;
        if (severity == Severity.Error) _broken.Add(section);
        // One of [program-default] or [DEFAULT] comes with each section that has it.
        if (!_findings.Exists(other => (other.File, other.Line) == (location.File, location.Line) && other.Key == key && other.Message == message))
            _findings.Add(new Finding(severity, location.File, location.Line, section, key, message));
    }

    /// <summary>Of all the names that there are, which are the whole environment, only the one that was meant.</summary>
    private static string Shortened(ConfigException error)
    {
        const string Names = ". Available names: ";
        if (error.UnknownName is not { } name || error.Message.LastIndexOf(Names, StringComparison.Ordinal) is not (> 0 and var end)) return error.Message;
        var nearest = Spelling.Nearest(name, error.Message[(end + Names.Length)..].Split(", "));
        return error.Message[..end] + (nearest is null ? "" : $", did you mean '{nearest}'?");
    }

    /// <summary>A variable is unknown because the environment that sets it could not be read.</summary>
    private bool IsConsequence(string section, string key, ConfigException error)
    {
        const string Environment = "environment";
        return error.UnknownName?.StartsWith("ENV_", StringComparison.Ordinal) == true
            && (section != SupervisordReader.Section && HasFailed(SupervisordReader.Section, Environment)
                || key != Environment && HasFailed(section, Environment));
    }
}
