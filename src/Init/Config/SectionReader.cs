namespace Init.Config;

/// <summary>
/// The options of one section. Every option of every section is read through here, so this is the place where an error learns
/// which file and line it speaks of.
/// </summary>
internal sealed class SectionReader(ConfigDocument document, string section, Expansions expansions)
{
    internal string Section => section;

    internal Expansions Expansions => expansions;

    /// <summary>The text as written, or null.</summary>
    internal string? Raw(string key) => document.Get(section, key);

    /// <summary>The text with its `%` expressions expanded, or null.</summary>
    internal string? Text(string key) => Read<string?>(key, null, Values.Text);

    /// <summary>A text that is never shown, so that it may hold secrets; or null.</summary>
    internal string? HiddenText(string key) => MarkedText(key) is { } text ? expansions.Files?.Reveal(text) ?? text : null;

    /// <summary>The text with marks in the place of secrets, or null.</summary>
    internal string? MarkedText(string key) => ReadMarked<string?>(key, null, Values.Text);

    /// <summary>A value that hides its secrets itself: convert is given their marks.</summary>
    internal T ReadMarked<T>(string key, T fallback, Func<string, T> convert) =>
        Raw(key) is { } raw ? At(key, fallback, () => convert(PythonFormat.Expand(raw, expansions, Where(key), isHidden: true))) : fallback;

    /// <summary>The value of an option, or the fallback when it is not there.</summary>
    internal T Read<T>(string key, T fallback, Func<string, T> convert) => Raw(key) is { } raw ? At(key, fallback, () => Convert(key, raw, convert)) : fallback;

    private T Convert<T>(string key, string raw, Func<string, T> convert)
    {
        // Of a number, a switch or a user the text is not shown; of anything else it may be.
        var isHidden = typeof(T).IsValueType || typeof(T) == typeof(UserIdentity);
        var text = PythonFormat.Expand(raw, expansions, Where(key), isHidden);
        if (!SecretFiles.AreIn(text)) return convert(text);
        try
        {
            return convert(expansions.Files!.Reveal(text));
        }
        catch (ConfigException)
        {
            // What is wrong says too much of the value.
            throw new ConfigException($"Format string {PythonText.Repr(raw)} for {PythonText.Repr(Where(key))} gives an invalid value");
        }
    }

    /// <summary>The error of a value that is shown and has a secret in it.</summary>
    internal ConfigException Exposure(string key) => PythonFormat.Exposure(Raw(key) ?? "", Where(key));

    private string Where(string key) => $"{section}.{key}";

    /// <summary>What is made of this key, and perhaps of others; after an error a check goes on with the fallback.</summary>
    internal T Attempt<T>(string key, T fallback, Func<T> read) => document.Attempt(section, key, fallback, read);

    /// <summary>What must hold of a key's value, or of that it is there.</summary>
    internal void Demand(string key, bool holds, Func<string> message)
    {
        if (!holds) Attempt(key, false, () => throw new ConfigException(message()));
    }

    private T At<T>(string key, T fallback, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ConfigException e) when (document.Inspection is { } inspection)
        {
            inspection.Fail(document, section, key, e);
            return fallback;
        }
        catch (ConfigException e) when (e.Location is null)
        {
            throw new ConfigException(e.Message)
            {
                Location = document.LocationOf(section, key),
                Section = document.DefaultSectionOf(section, key),
            };
        }
    }

    /// <summary>The same section with other names to expand.</summary>
    internal SectionReader With(Expansions other) => new(document, section, other);
}
