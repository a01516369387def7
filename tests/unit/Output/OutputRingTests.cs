using Init.Output;
using Xunit;

namespace Init.Unit.Output;

public class OutputRingTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(1000)]
    [InlineData(5000)]
    [InlineData(65536)]
    public void It_holds_the_last_bytes_of_all_that_came(int capacity)
    {
        var random = new Random(capacity);
        var ring = new OutputRing(capacity);
        var all = new List<byte>();
        for (var step = 0; step < 200; step++)
        {
            var chunk = new byte[random.Next(random.Next(1, 2000))];
            random.NextBytes(chunk);
            ring.Append(chunk);
            all.AddRange(chunk);
            var count = random.Next(capacity + 10);
            Assert.Equal(all.TakeLast(Math.Min(count, capacity)), ring.Last(count));
            Assert.Equal(all.Count, ring.Total);
            Assert.Equal(Math.Min(all.Count, capacity), ring.Length);
        }
    }

    [Theory]
    [InlineData(0, 1_000_000, 0)]
    [InlineData(65536, 0, 0)]
    [InlineData(65536, 100, 2_000)]
    [InlineData(65536, 10_000_000, 300_000)]
    public void It_takes_memory_only_as_it_is_filled_and_never_more_than_it_may(int capacity, int bytes, int most)
    {
        var ring = new OutputRing(capacity);
        var chunk = new byte[Math.Min(bytes, 1000)];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var taken = 0; taken < bytes; taken += chunk.Length)
            ring.Append(chunk);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, most);
    }

    [Fact]
    public void Cleared_it_is_empty_and_starts_anew()
    {
        var ring = new OutputRing(10);
        ring.Append("0123456789abc"u8);
        ring.Clear();
        Assert.Empty(ring.Last(10));
        ring.Append("xyz"u8);
        Assert.Equal("xyz"u8.ToArray(), ring.Last(10));
    }
}
