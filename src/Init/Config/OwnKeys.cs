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

    /// <summary>
    /// A command, or one form among others, which alone may have secrets: the rest is shown as it is. Null when it is not there or none.
    /// </summary>
    /// <param name="convert">Throws a ConfigException, whose message nobody sees, or says what is wrong with a part of the value.</param>
    internal static T? ReadCommand<T>(this SectionReader reader, string key, Predicate<string> isCommand, Func<string, T> convert)
        where T : class => reader.ReadMarked<T?>(key, null, text =>
    {
        if (IsNone(text)) return null;
        if (SecretFiles.AreIn(text) && !isCommand(text)) throw reader.Exposure(key);
        try
        {
            return convert(text);
        }
        catch (ConfigException)
        {
            throw new ConfigException($"invalid '{key}' value {PythonText.Repr(SecretFiles.Hide(text))}");
        }
        catch (Exception e) when (e is FormatException or ArgumentException) // of a command, of a Regex
        {
            throw new ConfigException($"invalid '{key}' value {PythonText.Repr(SecretFiles.Hide(text))}: {e.Message}");
        }
    });

    /// <summary>Whether a key is to have no value, against one of [program-default].</summary>
    internal static bool IsNone(string text) => PythonText.Strip(text).Equals("none", StringComparison.OrdinalIgnoreCase);

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
