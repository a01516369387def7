using System.Text;
using Init.Ctl;
using Init.Os;
using Xunit;

namespace Init.Unit.Ctl;

/// <summary>A server that says that much will come is believed when it has come.</summary>
public sealed class HttpReaderTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\n";

    /// <summary>The body of an answer, and how many bytes of memory it took to read it.</summary>
    private static (string Body, long Memory) Read(string answer)
    {
        var (read, write) = Descriptors.Pipe();
        try
        {
            Descriptors.Write(write, Encoding.Latin1.GetBytes(answer));
            Descriptors.Close(write);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var reader = new HttpReader(read, Waiting.Uninterrupted);
            var body = Encoding.Latin1.GetString(reader.ReadBody(reader.ReadHead()));
            return (body, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        finally
        {
            Descriptors.Close(read);
        }
    }

    [Theory]
    [InlineData("Content-Length: 3\r\n\r\nabc", "abc")]
    [InlineData("Content-Length: 0\r\n\r\n", "")]
    [InlineData("\r\nabc", "abc")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x\r\nc\r\n0\r\nT: 1\r\n\r\n", "abc")]
    public void A_body_is_read_by_its_length_its_chunks_or_to_the_end(string rest, string body) => Assert.Equal(body, Read(Ok + rest).Body);

    [Theory]
    [InlineData("Content-Length: 2147483647\r\n\r\n<")]
    [InlineData("Content-Length: 2147483648\r\n\r\n<")]
    [InlineData("Content-Length: 9223372036854775807\r\n\r\n<")]
    [InlineData("Content-Length: 200000000\r\n\r\n<")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n7fffffff\r\n<")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n7ffffffe\r\n<")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nbebc200\r\n<")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nffffffff\r\n<")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n100000000\r\n<")]
    public void A_length_that_is_only_announced_is_an_error_and_takes_no_memory(string rest)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<CallException>(() => Read(Ok + rest));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public async Task Headers_without_end_are_an_error()
    {
        var (read, write) = Descriptors.Pipe();
        var sending = Task.Run(() =>
        {
            var line = Encoding.Latin1.GetBytes(Ok + string.Concat(Enumerable.Repeat("X: y\r\n", 1000)));
            try
            {
                for (var n = 0; n < 1000; n++)
                    Descriptors.Write(write, line);
            }
            catch (SyscallException)
            {
                // The reader has had enough.
            }
            Descriptors.Close(write);
        });
        var error = Assert.Throws<CallException>(() => new HttpReader(read, Waiting.Uninterrupted).ReadHead());
        Descriptors.Close(read);
        await sending;
        Assert.Contains("header", error.Message, StringComparison.Ordinal);
    }
}
