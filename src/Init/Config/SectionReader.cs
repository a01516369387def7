using IniParser.Model;

namespace Init.Config;

/// <summary>
/// The options of one section. Every option of every section is read through here, so this is the place where an error learns
/// which file and line it speaks of.
/// </summary>
internal sealed class SectionReader(ConfigDocument document, string section, Expansions expansions)
{
    private readonly (KeyDataCollection? Own, KeyDataCollection? Defaults) _options = document.OptionsOf(section);

    internal string Section => section;

    internal Expansions Expansions => expansions;

    /// <summary>The text as written, or null.</summary>
    internal string? Raw(string key) => _options.Own?[key] ?? _options.Defaults?[key];

    /// <summary>The text with its `%` expressions expanded, or null.</summary>
    internal string? Text(string key) => Read<string?>(key, null, Values.Text);

    /// <summary>The value of an option, or the fallback when it is not there.</summary>
    internal T Read<T>(string key, T fallback, Func<string, T> convert)
    {
        if (Raw(key) is not { } raw) return fallback;
        try
        {
            return convert(PythonFormat.Expand(raw, expansions, $"{section}.{key}"));
        }
        catch (ConfigException e) when (e.Location is null)
        {
            throw new ConfigException(e.Message) { Location = document.LocationOf(section, key) };
        }
    }

    /// <summary>The same section with other names to expand.</summary>
    internal SectionReader With(Expansions other) => new(document, section, other);
}
