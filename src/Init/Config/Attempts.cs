namespace Init.Config;

/// <summary>Reading that a check goes on with after an error. In an ordinary load the error goes its way.</summary>
internal static class Attempts
{
    /// <summary>What a key gives, or the fallback when that is an error.</summary>
    internal static T Attempt<T>(this ConfigDocument document, string section, string key, T fallback, Func<T> read)
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
    }

    /// <summary>Reads a section, of which nothing is made after an error that no key could be blamed for.</summary>
    internal static void AttemptSection(this ConfigDocument document, string section, Action read)
    {
        try
        {
            read();
        }
        catch (ConfigException e) when (document.Inspection is { } inspection)
        {
            inspection.LeaveUnfinished(section);
            inspection.Fail(document, section, "", e);
        }
    }
}
