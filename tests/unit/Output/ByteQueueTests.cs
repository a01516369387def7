using Init.Output;
using Xunit;

namespace Init.Unit.Output;

public class ByteQueueTests
{
    [Fact]
    public void Whatever_is_appended_and_consumed_comes_out_in_order()
    {
        var random = new Random(7);
        var queue = new ByteQueue();
        byte next = 0, expected = 0;
        for (var step = 0; step < 5_000; step++)
        {
            var count = random.Next(random.Next(1, 3000));
            var bytes = new byte[count];
            for (var n = 0; n < count; n++)
                bytes[n] = next++;
            queue.Append(bytes);
            var taken = random.Next(queue.Length + 1);
            foreach (var value in queue.Unread[..taken])
                Assert.Equal(expected++, value);
            queue.Consume(taken);
        }
        Assert.Equal((byte)(expected + queue.Length), next);
    }

    [Fact]
    public void An_empty_queue_gives_large_memory_back()
    {
        var queue = new ByteQueue(kept: 1024);
        queue.Append(new byte[100_000]);
        queue.Consume(100_000);
        Assert.True(queue.Room(1).Length < 1024);
        queue.Append(new byte[500]);
        queue.Consume(500);
        Assert.True(queue.Room(1).Length >= 500);
        queue.Trim();
        Assert.True(queue.Room(1).Length < 500);
    }
}
