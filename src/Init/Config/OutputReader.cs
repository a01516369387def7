namespace Init.Config;

/// <summary>
/// Our own keys about output: log_format, log_prefix, log_timestamps, log_backlog, log_ring; [supervisord]'s are every program's
/// defaults. Supervisor ignores them.
/// </summary>
internal static class OutputReader
{
    private const string PrefixKey = "log_prefix";
    private const int DefaultRingBytes = 64 * 1024;

    private static readonly OutputConfig _defaults = new() { Timestamps = false, Backlog = LogBacklog.Block, RingBytes = DefaultRingBytes };

    /// <summary>The defaults; their prefix stays as written, since only a process knows `%(program_name)s`.</summary>
    internal static OutputConfig ReadDefaults(SectionReader reader, ReadingContext context)
    {
        try
        {
            return ReadAllButPrefix(reader, _defaults) with { Prefix = reader.Raw(PrefixKey) };
        }
        catch (ConfigException e)
        {
            var file = context.Document.IncludedFrom(reader.Section) ?? context.Path;
            throw new ConfigException($"{e.Message} in section {PythonText.Repr(reader.Section)} (file: {PythonText.Repr(file)})") { Location = e.Location };
        }
    }

    /// <summary>A process's own keys over the defaults, whose prefix is expanded with the process's names.</summary>
    internal static OutputConfig Read(SectionReader reader, OutputConfig defaults)
    {
        var prefix = reader.Text(PrefixKey);
        if (prefix is null && defaults.Prefix is { } common)
            prefix = PythonFormat.Expand(common, reader.Expansions, $"{SupervisordReader.Section}.{PrefixKey}");
        return ReadAllButPrefix(reader, defaults) with { Prefix = prefix };
    }

    private static OutputConfig ReadAllButPrefix(SectionReader reader, OutputConfig defaults) => new()
    {
        Format = reader.Read("log_format", defaults.Format, Format),
        Timestamps = reader.Read("log_timestamps", defaults.Timestamps, Timestamps),
        Backlog = reader.Read("log_backlog", defaults.Backlog, Backlog),
        RingBytes = reader.Read("log_ring", defaults.RingBytes, Ring),
    };

    private static LogFormat? Format(string text) => text.ToLowerInvariant() switch
    {
        "plain" => LogFormat.Plain,
        "prefixed" => LogFormat.Prefixed,
        "json" => LogFormat.Json,
        _ => throw Invalid("log_format", text),
    };

    private static LogBacklog Backlog(string text) => text.ToLowerInvariant() switch
    {
        "block" => LogBacklog.Block,
        "drop" => LogBacklog.Drop,
        _ => throw Invalid("log_backlog", text),
    };

    private static bool Timestamps(string text)
    {
        try
        {
            return Values.Boolean(text);
        }
        catch (ConfigException)
        {
            throw Invalid("log_timestamps", text);
        }
    }

    private static int Ring(string text)
    {
        long bytes;
        try
        {
            bytes = Values.ByteSize(text);
        }
        catch (ConfigException)
        {
            throw Invalid("log_ring", text);
        }
        return bytes is >= 0 and <= int.MaxValue ? (int)bytes : throw Invalid("log_ring", text);
    }

    private static ConfigException Invalid(string key, string text) => new($"invalid '{key}' value {PythonText.Repr(text)}");
}
