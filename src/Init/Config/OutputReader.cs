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
    internal static OutputConfig ReadDefaults(SectionReader reader) => ReadAllButPrefix(reader, _defaults) with { Prefix = reader.Raw(PrefixKey) };

    /// <summary>A process's own keys over the defaults, whose prefix is expanded with the process's names.</summary>
    internal static OutputConfig Read(SectionReader reader, OutputConfig defaults)
    {
        var prefix = reader.Text(PrefixKey);
        if (prefix is null && defaults.Prefix is { } common)
            prefix = reader.Attempt(PrefixKey, common, () => PythonFormat.Expand(common, reader.Expansions, $"{SupervisordReader.Section}.{PrefixKey}"));
        return ReadAllButPrefix(reader, defaults) with { Prefix = prefix };
    }

    private static OutputConfig ReadAllButPrefix(SectionReader reader, OutputConfig defaults) => new()
    {
        Format = reader.ReadOwn("log_format", defaults.Format, text => OwnKeys.OneOf<LogFormat?>(text,
            ("plain", LogFormat.Plain), ("prefixed", LogFormat.Prefixed), ("json", LogFormat.Json))),
        Timestamps = reader.ReadOwn("log_timestamps", defaults.Timestamps, Values.Boolean),
        Backlog = reader.ReadOwn("log_backlog", defaults.Backlog, text => OwnKeys.OneOf(text, ("block", LogBacklog.Block), ("drop", LogBacklog.Drop))),
        RingBytes = reader.ReadOwn("log_ring", defaults.RingBytes, Ring),
    };

    private static int Ring(string text) => Values.ByteSize(text) is >= 0 and <= int.MaxValue and var bytes ? (int)bytes : throw new ConfigException(text);
}
