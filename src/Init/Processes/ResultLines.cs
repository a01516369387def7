using Init.Output;

namespace Init.Processes;

/// <summary>
/// What the handler of supervisor-stdout does with a result, which is an event of PROCESS_LOG as its listener got it: header, LF, output.
/// Each line goes to our stdout as `processname channel | line`; the empty one that the handler makes of a last LF does not.
/// </summary>
internal static class ResultLines
{
    /// <summary>What a result has more is cut.</summary>
    internal const int MostBytes = 1024 * 1024;

    /// <summary>
    /// What is no such event writes nothing. Nobody waits where stdout is not read: who has said it waits for nothing either; lines are
    /// then dropped as ours are.
    /// </summary>
    internal static void Write(SharedStream stdout, ReadOnlySpan<byte> result)
    {
        var end = result.IndexOf((byte)'\n');
        if (end < 0)
            return;
        var name = Value(result[..end], "processname:"u8);
        var channel = Value(result[..end], "channel:"u8);
        if (name.IsEmpty || channel.IsEmpty)
            return;
        var line = new ByteQueue();
        for (var rest = result[(end + 1)..]; !rest.IsEmpty;)
        {
            var length = rest.IndexOf((byte)'\n');
            line.Clear();
            line.Append(name);
            line.Append((byte)' ');
            line.Append(channel);
            line.Append(" | "u8);
            line.Append(length < 0 ? rest : rest[..length]);
            line.Append((byte)'\n');
            stdout.WriteOwn(line.Unread);
            rest = length < 0 ? [] : rest[(length + 1)..];
        }
    }

    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> header, ReadOnlySpan<byte> name)
    {
        while (!header.IsEmpty)
        {
            var end = header.IndexOf((byte)' ');
            var word = end < 0 ? header : header[..end];
            if (word.StartsWith(name))
                return word[name.Length..];
            header = end < 0 ? [] : header[(end + 1)..];
        }
        return [];
    }
}
