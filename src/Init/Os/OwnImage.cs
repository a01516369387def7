using System.Globalization;
using static Init.Native.Libc;

namespace Init.Os;

/// <summary>Our own binary as it is mapped into memory.</summary>
internal static unsafe class OwnImage
{
    /// <summary>
    /// Gives back the pages of code and constants that the start needed: the kernel maps sixteen around each one touched, and a
    /// supervisor uses few of them again. What is needed later comes back from the page cache. Only the two mappings that nothing
    /// ever writes to qualify, the one at the start of the file and the executable one: dropping a written page would lose it.
    /// </summary>
    internal static void ReleaseStartPages()
    {
        // All are found before the first is released: to look for them takes code too.
        foreach (var (from, to) in Unwritten())
            _ = madvise((void*)from, (nuint)(to - from), MADV_DONTNEED);
    }

    private static List<(ulong From, ulong To)> Unwritten()
    {
        var mappings = new List<(ulong, ulong)>();
        try
        {
            foreach (var line in File.ReadLines("/proc/self/maps"))
                // 7f0000000000-7f0000100000 r-xp 0028b000 fd:00 1234   /path
                if (line.EndsWith(Spawner.OwnPath, StringComparison.Ordinal)
                    && line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var range, var rights and ("r-xp" or "r--p"), var offset, ..]
                    && (rights == "r-xp" || offset.AsSpan().Trim('0').IsEmpty)
                    && range.Split('-') is [var start, var end])
                    mappings.Add((ulong.Parse(start, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                        ulong.Parse(end, NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No /proc, or not for us: the pages stay.
        }
        return mappings;
    }
}
