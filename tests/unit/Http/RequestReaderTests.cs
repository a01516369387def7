using System.IO.Pipelines;
using System.Text;
using Init.Http;
using Xunit;

namespace Init.Unit.Http;

/// <summary>What the server is shown of what a client sends, in whatever pieces that comes.</summary>
public sealed class RequestReaderTests
{
    private const string Body = "Host: not/a header\r\n\r\nGET /c HTTP/1.1\r\nHost: /\r\n\r\n";

    private static readonly string _post = $"POST /a HTTP/1.1\r\nHost: h/p\r\nContent-Length: {Body.Length}\r\n\r\n{Body}";
    private const string Get = "GET /b HTTP/1.1\r\nHost: x\r\n\r\n";

    private readonly Pipe _pipe = new(new PipeOptions(minimumSegmentSize: 16, useSynchronizationContext: false));
    private readonly RequestReader _reader;

    public RequestReaderTests() => _reader = new RequestReader(_pipe.Reader);

    private ValueTask<FlushResult> SendAsync(string text) => _pipe.Writer.WriteAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Reads to the end of a request as a server does: lines, then the body.</summary>
    private async Task<string> RequestAsync(int length)
    {
        var all = "";
        while (all.Length < length)
        {
            var result = await _reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
            Assert.False(result.IsCompleted);
            var text = Encoding.Latin1.GetString(result.Buffer);
            var taken = all.Contains("\r\n\r\n", StringComparison.Ordinal) ? text.Length : text.IndexOf("\r\n", StringComparison.Ordinal) + 2;
            Assert.True(all.Length + text.Length <= length, $"more than the request: {text}");
            all += text[..taken];
            _reader.AdvanceTo(result.Buffer.GetPosition(taken), taken == 0 ? result.Buffer.End : result.Buffer.GetPosition(taken));
        }
        return all;
    }

    [Fact]
    public async Task Each_request_is_whole_repaired_and_all_that_is_seen_wherever_it_was_cut()
    {
        var stream = _post + Get + _post;
        var seen = _post.Replace("Host: h/p", "Host:    ", StringComparison.Ordinal);
        for (var first = 1; first < stream.Length; first += 3)
            for (var second = first; second < stream.Length; second += 7)
            {
                var test = new RequestReaderTests();
                await test.SendAsync(stream[..first]);
                var requests = Task.Run(async () =>
                {
                    var all = new List<(string, string?)>();
                    foreach (var length in new[] { _post.Length, Get.Length, _post.Length })
                        all.Add((await test.RequestAsync(length), test._reader.Head.Host));
                    return all;
                });
                await test.SendAsync(stream[first..second]);
                await test.SendAsync(stream[second..]);
                Assert.Equal([(seen, "h/p"), (Get, null), (seen, "h/p")], await requests);
            }
    }

    [Fact]
    public async Task The_end_of_the_input_is_seen_after_the_last_request()
    {
        await SendAsync(_post + Get);
        await _pipe.Writer.CompleteAsync();
        await RequestAsync(_post.Length);
        await RequestAsync(Get.Length);
        var end = await _reader.ReadAsync();
        Assert.True(end is { IsCompleted: true, Buffer.IsEmpty: true });
    }

    [Theory]
    [InlineData("GET / HT")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nshort")]
    public async Task A_request_that_is_cut_short_is_seen_as_such(string text)
    {
        await SendAsync(text);
        await _pipe.Writer.CompleteAsync();
        ReadResult result;
        while (!(result = await _reader.ReadAsync()).IsCompleted)
            _reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        Assert.Equal(text, Encoding.Latin1.GetString(result.Buffer));
    }

    [Fact]
    public async Task After_a_head_whose_end_is_uncertain_everything_is_seen_as_it_is()
    {
        var text = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + _post;
        await SendAsync(text);
        Assert.Equal(text, Encoding.Latin1.GetString((await _reader.ReadAsync()).Buffer));
        Assert.True(_reader.Head.IsLast);
    }

    [Fact]
    public async Task A_head_that_has_no_end_is_shown_to_the_server_which_refuses_it()
    {
        var sending = Task.Run(async () =>
        {
            for (var n = 0; n < 50; n++)
                await SendAsync("X: " + new string('y', 1000));
        });
        var result = await _reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        Assert.True(result.Buffer.Length is > 32 * 1024 and < 64 * 1024);
        _reader.AdvanceTo(result.Buffer.End);
        await _reader.CompleteAsync();
        await sending;
    }

    [Fact]
    public async Task A_server_that_ends_is_not_kept_waiting_for_the_rest_of_a_head()
    {
        await SendAsync("GET / HT");
        var read = _reader.ReadAsync().AsTask();
        Assert.False(read.IsCompleted);
        _reader.CancelPendingRead();
        var result = await read.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.True(result is { IsCanceled: true, Buffer.IsEmpty: true });
        _reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        await SendAsync("TP/1.1\r\nHost: x\r\n\r\n");
        Assert.Equal("GET / HTTP/1.1\r\nHost: x\r\n\r\n", Encoding.Latin1.GetString((await _reader.ReadAsync()).Buffer));
    }

    [Fact]
    public async Task Nothing_is_seen_of_a_part_of_a_head()
    {
        await SendAsync("GET / HT");
        Assert.False(_reader.TryRead(out _));
        await SendAsync("TP/1.1\r\nHost: x\r\n\r\nrest");
        Assert.True(_reader.TryRead(out var result));
        Assert.Equal("GET / HTTP/1.1\r\nHost: x\r\n\r\n", Encoding.Latin1.GetString(result.Buffer));
    }
}
