using IniParser.Model;

namespace Init.Config;

/// <summary>
/// A configuration file with its includes, read and merged but not yet understood: sections of keys and texts, and where each was
/// written. `[DEFAULT]` supplies every section and is none itself (C-058); <see cref="ProgramDefaults"/> supply programs.
/// </summary>
/// <param name="inspection">Of a check; null in an ordinary load.</param>
internal sealed class ConfigDocument(Inspection? inspection = null)
{
    private const string HereExpression = "%(here)s";

    private IniData _data = new();
    // Only errors ask for a place, so there is no index of them.
    private readonly List<(string File, IReadOnlyList<(string Section, string Key, int Line)> Places)> _files = [];
    private readonly Dictionary<string, string> _includedFrom = new(StringComparer.Ordinal);

    internal Inspection? Inspection => inspection;

    /// <summary>Section names in the order of their first appearance.</summary>
    internal IReadOnlyList<string> Sections
    {
        get
        {
            var names = new List<string>();
            foreach (var section in _data.Sections)
                if (section.SectionName != IniDialect.DefaultSection) names.Add(section.SectionName);
            return names;
        }
    }

    internal bool Has(string section) => section != IniDialect.DefaultSection && _data.Sections.ContainsSection(section);

    /// <summary>The text of an option, the section's own or a default; null when there is none.</summary>
    internal string? Get(string section, string key)
    {
        inspection?.Asked(section, key);
        return Peek(section, key);
    }

    /// <summary>The same, asked by somebody who does not read the section.</summary>
    internal string? Peek(string section, string key) =>
        _data.Sections[section]?[key] ?? ProgramDefault(section, key) ?? _data.Sections[IniDialect.DefaultSection]?[key];

    /// <summary>The section that an option of a section is written in, if that is [program-default].</summary>
    internal string? DefaultSectionOf(string section, string key) =>
        _data.Sections[section]?[key] is null && ProgramDefault(section, key) is not null ? ProgramDefaults.Section : null;

    private string? ProgramDefault(string section, string key) =>
        _data.Sections[ProgramDefaults.Section] is { } defaults && ProgramDefaults.ApplyTo(section, key) ? defaults[key] : null;

    /// <summary>All options of a section, [DEFAULT]'s included.</summary>
    internal IReadOnlyList<string> Keys(string section)
    {
        var keys = new List<string>();
        AddKeys(section);
        AddKeys(IniDialect.DefaultSection);
        return keys;

        void AddKeys(string name)
        {
            if (_data.Sections[name] is not { } options) return;
            foreach (var option in options)
                if (!keys.Contains(option.KeyName)) keys.Add(option.KeyName);
        }
    }

    /// <summary>Where an option (or, without a key, its section) was written last; null when it was not.</summary>
    internal SourceLocation? LocationOf(string section, string key = "") =>
        LastPlace(DefaultSectionOf(section, key) ?? section, key) ?? (key.Length == 0 ? null : LastPlace(IniDialect.DefaultSection, key));

    /// <summary>Every option and section (with an empty key) as often as it was written, in the order in which the files were read.</summary>
    internal IEnumerable<WrittenPlace> Places
    {
        get
        {
            foreach (var (file, places) in _files)
                foreach (var (section, key, line) in places)
                    yield return new(section, key, new SourceLocation(file, line));
        }
    }

    /// <summary>Whether an option stands in the section itself.</summary>
    internal bool IsWritten(string section, string key) => LastPlace(section, key) is not null;

    private SourceLocation? LastPlace(string section, string key)
    {
        for (var f = _files.Count - 1; f >= 0; f--)
            for (var p = _files[f].Places.Count - 1; p >= 0; p--)
                if (_files[f].Places[p] is var place && place.Section == section && place.Key == key)
                    return new SourceLocation(_files[f].File, place.Line);
        return null;
    }

    /// <summary>The included file that first had the section, or null when it was the main file (C-104).</summary>
    internal string? IncludedFrom(string section) => _includedFrom.GetValueOrDefault(section);

    /// <summary>Reads the main file, in place of all that was here.</summary>
    internal void Load(string text, string path)
    {
        _files.Clear();
        _includedFrom.Clear();
        _data = Parse(text, path);
    }

    /// <summary>Puts an included file's sections over those read before: later values win (C-057, C-101).</summary>
    internal void Include(string text, string path)
    {
        var data = Parse(text, path);
        foreach (var section in data.Sections)
            if (!_data.Sections.ContainsSection(section.SectionName)) _includedFrom.TryAdd(section.SectionName, path);
        _data.Merge(data);
    }

    private IniData Parse(string text, string path)
    {
        var dialect = new IniDialect(path, inspection);
        var data = dialect.ParseFile(text);
        _files.Add((path, dialect.Places));
        return data;
    }

    /// <summary>
    /// Replaces the literal text `%(here)s` everywhere, which happens only with an [include] and before any other expansion (C-091).
    /// What a section has of [DEFAULT] becomes its own by that.
    /// </summary>
    internal void ExpandHere(string directory)
    {
        foreach (var section in Sections)
            foreach (var key in Keys(section))
                if (DefaultSectionOf(section, key) is null && Peek(section, key) is { } value && value.Contains(HereExpression, StringComparison.Ordinal))
                    _data.Sections[section][key] = value.Replace(HereExpression, directory, StringComparison.Ordinal);
    }
}
