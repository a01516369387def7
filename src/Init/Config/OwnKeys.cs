namespace Init.Config;

/// <summary>The reading of our own keys, which Supervisor ignores. Their errors all look alike, and name the section and the file.</summary>
internal static class OwnKeys
{
    /// <summary>The value of a key, or the fallback when it is not there.</summary>
    /// <param name="convert">Throws a ConfigException, whose message nobody sees.</param>
    internal static T ReadOwn<T>(this SectionReader reader, string key, T fallback, Func<string, T> convert) => reader.Read(key, fallback, text =>
    {
        try
        {
            return convert(text);
        }
        catch (ConfigException)
        {
            throw new ConfigException($"invalid '{key}' value {PythonText.Repr(text)}");
        }
    });

    /// <summary>Whether a key is written to have no value, against one of [program-default].</summary>
    internal static bool IsNone(this SectionReader reader, string key) =>
        reader.Raw(key) is { } raw && PythonText.Strip(raw).Equals("none", StringComparison.OrdinalIgnoreCase);

    /// <summary>One of some words, in any case.</summary>
    internal static T OneOf<T>(string text, params ReadOnlySpan<(string Word, T Value)> words)
    {
        foreach (var (word, value) in words)
            if (word.Equals(text, StringComparison.OrdinalIgnoreCase))
                return value;
        throw new ConfigException(text);
    }

    /// <summary>Has keys of a section read that is no program's; a program's errors have the section and the file already.</summary>
    internal static T InSection<T>(ReadingContext context, string section, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ConfigException e)
        {
            var file = context.Document.IncludedFrom(section) ?? context.Path;
            throw new ConfigException($"{e.Message} in section {PythonText.Repr(section)} (file: {PythonText.Repr(file)})") { Location = e.Location };
        }
    }
}
