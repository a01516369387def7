using System.Buffers.Text;

namespace Init.Os;

/// <summary>
/// What the kernel has killed in our cgroup for want of memory: the line `oom_kill N` of its memory.events, or in cgroup v1 of its
/// memory.oom_control. It counts before it kills.
/// </summary>
internal sealed class OutOfMemory
{
    private const string OfOurCgroup = "/sys/fs/cgroup/memory.events";
    private const string OfVersion1 = "/sys/fs/cgroup/memory/memory.oom_control";

    private readonly string _path;
    private long _known;

    internal OutOfMemory()
        : this(Descriptors.Stat(OfVersion1).Kind == FileKind.Missing ? OfOurCgroup : OfVersion1)
    {
    }

    internal OutOfMemory(string path) => (_path, _known) = (path, Count(path));

    /// <summary>Whether there was a kill that nobody has asked for yet; one answer of yes for each.</summary>
    internal bool HasKilled()
    {
        if (Count(_path) <= _known)
            return false;
        _known++;
        return true;
    }

    /// <summary>0 where nobody counts.</summary>
    private static long Count(string path)
    {
        ReadOnlySpan<byte> rest = SmallFile.Read(path).Content;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(end + 1)..];
            if (line.StartsWith("oom_kill "u8) && Utf8Parser.TryParse(line["oom_kill ".Length..], out long count, out _))
                return count;
        }
        return 0;
    }
}
