using System.Text;
using Init.Rpc;
using Init.XmlRpc;
using Xunit;

namespace Init.Unit.Rpc;

public class LogRangeTests
{
    private const string Log = "hello\n";

    [Theory]
    [InlineData(0, 0, "hello\n")]
    [InlineData(0, 3, "hel")]
    [InlineData(2, 0, "llo\n")]
    [InlineData(2, 2, "ll")]
    [InlineData(2, 100, "llo\n")]
    [InlineData(6, 0, "")]
    [InlineData(6, 1, "")]
    [InlineData(7, 0, "")]
    [InlineData(7, 5, "")]
    [InlineData(-1, 0, "\n")]
    [InlineData(-6, 0, "hello\n")]
    [InlineData(-7, 0, "hello\n")]
    [InlineData(long.MinValue, 0, "hello\n")]
    [InlineData(long.MaxValue, 0, "")]
    [InlineData(long.MaxValue, long.MaxValue, "")]
    [InlineData(1, long.MaxValue, "ello\n")]
    public void A_read_gives_the_bytes_that_its_offset_and_length_mean(long offset, long length, string expected) =>
        Assert.Equal(expected, Cut(LogRange.OfRead(offset, length, Log.Length)));

    [Theory]
    [InlineData(0, -1)]
    [InlineData(-1, 1)]
    [InlineData(-1, -1)]
    [InlineData(long.MinValue, long.MinValue)]
    [InlineData(long.MaxValue, long.MinValue)]
    public void A_read_that_means_nothing_is_BAD_ARGUMENTS(long offset, long length) =>
        Assert.Equal(FaultCode.BadArguments, Assert.Throws<RpcFault>(() => LogRange.OfRead(offset, length, Log.Length)).Code);

    [Theory] // R-076, then the extremes
    [InlineData(0, 3, "lo\n", true)]
    [InlineData(0, 100, "hello\n", false)]
    [InlineData(3, 100, "hello\n", false)]
    [InlineData(6, 100, "", false)]
    [InlineData(2, 2, "o\n", true)]
    [InlineData(0, 0, "", true)]
    [InlineData(-5, 3, "lo\n", true)]
    [InlineData(-5, 11, "hello\n", false)]
    [InlineData(-1000, 1006, "hello\n", false)]
    [InlineData(1000, -994, "", false)]
    [InlineData(1000, -995, "", true)]
    [InlineData(0, long.MaxValue, "hello\n", false)]
    [InlineData(long.MaxValue, long.MaxValue, "", false)]
    [InlineData(long.MinValue, long.MaxValue, "hello\n", true)]
    [InlineData(long.MaxValue, long.MinValue, "", true)]
    [InlineData(long.MinValue, long.MinValue, "", true)]
    public void A_tail_gives_the_end_and_says_whether_there_is_more(long offset, long length, string expected, bool overflow)
    {
        var range = LogRange.OfTail(offset, length, Log.Length);
        Assert.Equal(expected, Cut(range));
        Assert.Equal(overflow, range.Overflow);
    }

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(0, 100, false)]
    [InlineData(-5, 3, true)]
    [InlineData(long.MinValue, long.MaxValue, true)]
    public void Of_an_empty_log_nothing_is_read(long offset, long length, bool overflow) =>
        Assert.Equal((0L, overflow), (LogRange.OfTail(offset, length, 0).Count, LogRange.OfTail(offset, length, 0).Overflow));

    [Theory]
    [InlineData(1)]
    [InlineData(20261121)]
    [InlineData(null)]
    public void Any_numbers_mean_what_they_mean_to_Supervisor(int? seed)
    {
        var used = seed ?? Environment.TickCount;
        var random = new Random(used);
        for (var step = 0; step < 20_000; step++)
        {
            var size = Math.Abs(Number(random, 0));
            var (offset, length) = (Number(random, size), Number(random, size));
            var where = $"seed {used}, step {step}: offset {offset}, length {length}, size {size}";

            var tail = LogRange.OfTail(offset, length, size);
            Check(TailFile(offset, length, size), tail, size, where);
            if (ReadFile(offset, length, size) is { } read)
                Check((read.Start, read.Count, false), LogRange.OfRead(offset, length, size), size, where);
            else
                Assert.Throws<RpcFault>(() => LogRange.OfRead(offset, length, size));
        }
    }

    private static void Check((Int128 Start, Int128 Count, bool Overflow) expected, LogRange range, long size, string where)
    {
        // Of nothing it does not matter where it begins.
        var there = Int128.Clamp(size - expected.Start, 0, expected.Count);
        Assert.True(range.Count == there && (there == 0 || range.Start == expected.Start) && range.Overflow == expected.Overflow,
            $"{where}: {range}, not {expected}");
    }

    private static string Cut(LogRange range) =>
        range.Count == 0 ? "" : Encoding.ASCII.GetString(Encoding.ASCII.GetBytes(Log), (int)range.Start, (int)range.Count);

    private static long Number(Random random, long size) => random.Next(8) switch
    {
        0 => long.MinValue + random.Next(1, 3),
        1 => long.MaxValue - random.Next(3),
        2 => -size + random.Next(-3, 4),
        3 => Math.Clamp(size, 3, long.MaxValue - 3) + random.Next(-3, 4),
        4 => random.NextInt64(long.MinValue + 1, long.MaxValue),
        _ => random.Next(-20, 21),
    };

    /// <summary>supervisor.options.readFile, whose integers have no end: from where, and how many at most; null is BAD_ARGUMENTS.</summary>
    private static (Int128 Start, Int128 Count)? ReadFile(Int128 offset, Int128 length, Int128 size)
    {
        var absoffset = Int128.Abs(offset);
        var abslength = Int128.Abs(length);
        if (absoffset != offset)
        {
            if (length != 0)
                return null;
            var pos = size - absoffset;
            if (pos < 0)
                pos = 0;
            return (pos, absoffset);
        }
        if (abslength != length)
            return null;
        return length == 0 ? (offset, Int128.MaxValue) : (offset, length);
    }

    /// <summary>supervisor.options.tailFile.</summary>
    private static (Int128 Start, Int128 Count, bool Overflow) TailFile(Int128 offset, Int128 length, Int128 sz)
    {
        var overflow = false;
        if (sz > offset + length)
        {
            overflow = true;
            offset = sz - 1;
        }
        if (offset + length > sz)
        {
            if (offset > sz - 1)
                length = 0;
            offset = sz - length;
        }
        if (offset < 0)
            offset = 0;
        if (length < 0)
            length = 0;
        return (offset, length, overflow);
    }
}
