using Init.Os;

namespace Init.Config;

/// <summary>
/// Our own keys that hold a program to something: nice, oom_score_adj, no_new_privs, and `limit_*`, which are
/// <code>limit := value [':' value]     value := number | 'unlimited'</code>
/// soft and hard, or both at once; sizes may have a suffix as Supervisor's have.
/// </summary>
internal static class LimitReader
{
    internal static ChildLimits Read(SectionReader reader) => new()
    {
        Nice = reader.ReadOwn<int?>("nice", null, text => Values.InRange(text, -20, 19)),
        OomScoreAdj = reader.ReadOwn<int?>("oom_score_adj", null, text => Values.InRange(text, -1000, 1000)),
        OpenFiles = Limit(reader, "limit_nofile", LimitKind.OpenFiles, text => Values.Integer(text)),
        Processes = Limit(reader, "limit_nproc", LimitKind.Processes, text => Values.Integer(text)),
        CoreSize = Limit(reader, "limit_core", LimitKind.CoreSize, Values.ByteSize),
        AddressSpace = Limit(reader, "limit_as", LimitKind.AddressSpace, Values.ByteSize),
        NoNewPrivs = reader.ReadOwn("no_new_privs", false, Values.Boolean),
    };

    private static ResourceLimit? Limit(SectionReader reader, string key, LimitKind kind, Func<string, long> number) =>
        reader.ReadOwn<ResourceLimit?>(key, null, text =>
        {
            var parts = text.Split(':');
            var (soft, hard) = (Value(parts[0], number), Value(parts[^1], number));
            return parts.Length <= 2 && soft <= hard ? new ResourceLimit(kind, soft, hard) : throw new ConfigException(text);
        });

    private static ulong Value(string text, Func<string, long> number)
    {
        text = PythonText.Strip(text);
        if (text.Equals("unlimited", StringComparison.OrdinalIgnoreCase)) return ResourceLimit.Unlimited;
        return number(text) is >= 0 and var value ? (ulong)value : throw new ConfigException(text);
    }
}
