using System.Globalization;
using System.Text;

namespace Init.Os;

/// <summary>What processes hold in memory where pages that several of them share are to be counted once: slow, a millisecond for a large one.</summary>
internal static class ProcessMemory
{
    /// <summary>The living processes of a tree: its root and all that descends from it.</summary>
    internal static List<int> Members(int root, IReadOnlyList<ProcessStat> processes)
    {
        var members = new HashSet<int> { root };
        for (var before = 0; before < members.Count;)
        {
            before = members.Count;
            foreach (var process in processes)
                if (members.Contains(process.Parent))
                    members.Add(process.Pid);
        }
        var living = new List<int>();
        foreach (var process in processes)
            if (!process.IsDead && members.Contains(process.Pid))
                living.Add(process.Pid);
        return living;
    }

    /// <summary>
    /// A process's part: of a page that N share, one Nth. Where we may not know (another user's process, without CAP_SYS_PTRACE), what it
    /// does not share as a file or as shared memory; what was only forked is counted then for each. 0 when it is gone.
    /// </summary>
    internal static long PartOf(int pid) => Proportional(Read(pid, "smaps_rollup"u8)) ?? Unshared(Read(pid, "statm"u8), Environment.SystemPageSize) ?? 0;

    /// <summary>The `Pss:` of smaps_rollup, in kB.</summary>
    internal static long? Proportional(string text)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
            if (line.StartsWith("Pss:") && line.EndsWith(" kB"))
                return long.TryParse(line["Pss:".Length..^" kB".Length], NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var size)
                    ? size * 1024
                    : null;
        return null;
    }

    /// <summary>statm is `size resident shared ...`, in pages.</summary>
    internal static long? Unshared(string text, int pageSize) => text.Split(' ') is [_, var resident, var shared, ..]
        && long.TryParse(resident, NumberStyles.None, CultureInfo.InvariantCulture, out var all)
        && long.TryParse(shared, NumberStyles.None, CultureInfo.InvariantCulture, out var others)
            ? Math.Max(0, all - others) * pageSize
            : null;

    /// <summary>Empty when it is gone, not ours to know, or not there in this kernel.</summary>
    private static string Read(int pid, ReadOnlySpan<byte> file)
    {
        Span<byte> text = stackalloc byte[4096];
        return Encoding.ASCII.GetString(text[..ProcFiles.Read(pid, file, text)]);
    }
}
