using System.Text;
using Init.Config;
using Init.Loop;
using Init.Os;
using Init.Output;
using Xunit;

namespace Init.Unit.Output;

public sealed class LineSinkTests : IDisposable
{
    private static readonly LineOrigin _origin = new(42, new DateTimeOffset(2026, 11, 21, 2, 32, 10, 394, TimeSpan.Zero));

    private readonly EventLoop _loop = new((_, _) => { });
    private readonly int _read;
    private readonly SharedStream _stream;

    public LineSinkTests()
    {
        (_read, var write) = Descriptors.Pipe();
        Descriptors.SetNonBlocking(_read);
        _stream = new SharedStream(write, _loop);
    }

    public void Dispose()
    {
        Descriptors.Close(_read);
        _loop.Dispose();
    }

    private string Output()
    {
        var text = Encoding.UTF8.GetString(_stream.Queue.Unread);
        _stream.Queue.Clear();
        return text;
    }

    private static LineForm FormOf(LogFormat format) => format switch
    {
        LogFormat.Prefixed => new PrefixedForm("web", timestamps: false, coloured: false, new PrefixColumn()),
        LogFormat.Json => new JsonForm("web", "g", "stdout"),
        _ => new PlainForm("web"),
    };

    [Theory]
    [InlineData((int)LogFormat.Plain)]
    [InlineData((int)LogFormat.Prefixed)]
    [InlineData((int)LogFormat.Json)]
    public void However_the_input_is_split_the_lines_are_the_same(int format)
    {
        const int Longest = 100;
        var random = new Random(format + 3);
        for (var round = 0; round < 200; round++)
        {
            var input = new StringBuilder();
            for (var line = random.Next(30); line >= 0; line--)
                input.Append('x', random.Next(4) == 0 ? random.Next(350) : random.Next(60)).Append('\n');
            if (random.Next(2) == 0)
                input.Append("unfinished");
            var bytes = Encoding.UTF8.GetBytes(input.ToString());

            var sink = new LineSink(_stream, FormOf((LogFormat)format), LogBacklog.Block, Longest);
            for (var at = 0; at < bytes.Length;)
            {
                var size = Math.Min(random.Next(1, random.Next(2, 400)), bytes.Length - at);
                sink.Take(bytes.AsSpan(at, size), _origin);
                at += size;
            }
            Assert.True(sink.Advance(atEnd: true, _origin));
            Assert.Equal(Expected(input.ToString(), (LogFormat)format, Longest), Output());
        }
    }

    private static string Expected(string input, LogFormat format, int longest)
    {
        var lines = input.Split('\n').SelectMany(line => line.Length <= longest ? [line] : line.Chunk(longest).Select(part => new string(part))).ToList();
        if (lines[^1].Length == 0)
            lines.RemoveAt(lines.Count - 1);
        return string.Concat(lines.Select(line => format switch
        {
            LogFormat.Prefixed => $"web | {line}\n",
            LogFormat.Json => $$"""{"time":"2026-11-21T02:32:10.394Z","program":"web","group":"g","pid":42,"stream":"stdout","msg":"{{line}}"}""" + "\n",
            _ => line + "\n",
        }));
    }

    [Fact]
    public void With_block_nothing_more_is_asked_for_once_the_stream_is_full()
    {
        Fill();
        var sink = new LineSink(_stream, FormOf(LogFormat.Plain), LogBacklog.Block);
        Assert.False(sink.HasRoom);
        var queued = _stream.Queue.Length;
        sink.Take("one\ntwo"u8, _origin);
        Assert.Equal(queued, _stream.Queue.Length);
        Assert.True(sink.IsHolding);
        _stream.Queue.Clear();
        Assert.True(sink.Advance(atEnd: true, _origin));
        Assert.Equal("one\ntwo\n", Output());
    }

    [Theory]
    [InlineData((int)LogFormat.Plain, "web: N lines dropped\n")]
    [InlineData((int)LogFormat.Prefixed, "web | N lines dropped\n")]
    [InlineData((int)LogFormat.Json, "\"msg\":\"N lines dropped\"}\n")]
    public void With_drop_the_oldest_lines_are_given_up_counted_and_said(int format, string notice)
    {
        Fill();
        var sink = new LineSink(_stream, FormOf((LogFormat)format), LogBacklog.Drop);
        const int Count = 20_000;
        for (var n = 0; n < Count; n++)
        {
            Assert.True(sink.HasRoom);
            sink.Take(Encoding.UTF8.GetBytes($"a line of some length, number {n}\n"), _origin);
        }
        var output = "";
        bool done;
        do
        {
            _stream.Queue.Clear();
            done = sink.Advance(atEnd: true, _origin);
            output += Encoding.UTF8.GetString(_stream.Queue.Unread);
        }
        while (!done);
        var lines = output.Split('\n')[..^1];
        var dropped = Count - (lines.Length - 1);
        Assert.InRange(dropped, Count / 2, Count - 100);
        Assert.EndsWith(notice.Replace("N", $"{dropped}", StringComparison.Ordinal), lines[0] + "\n", StringComparison.Ordinal);
        Assert.Contains($"number {dropped}", lines[1], StringComparison.Ordinal);
        Assert.Contains($"number {Count - 1}", lines[^1], StringComparison.Ordinal);
    }

    private void Fill()
    {
        while (_stream.MakeRoom())
            _stream.Write(new byte[4096]);
    }

    [Fact]
    public void Names_stand_in_one_column_and_the_time_before_them()
    {
        var column = new PrefixColumn();
        var web = new PrefixedForm("web", timestamps: true, coloured: false, column);
        web.Write(_stream, "1\n"u8, _origin);
        _ = new PrefixedForm("worker", timestamps: false, coloured: false, column);
        web.Write(_stream, "2\n"u8, _origin with { Time = _origin.Time.ToOffset(TimeSpan.FromHours(-5.5)) });
        Assert.Equal("2026-11-21T02:32:10.394Z web | 1\n2026-11-20T21:02:10.394-05:30 web    | 2\n", Output());
    }

    [Fact]
    public void A_terminal_shows_each_name_in_its_own_colour()
    {
        var column = new PrefixColumn();
        new PrefixedForm("a", timestamps: false, coloured: true, column).Write(_stream, "1\n"u8, _origin);
        new PrefixedForm("b", timestamps: false, coloured: true, column).Write(_stream, "2\n"u8, _origin);
        Assert.Equal("\e[36ma |\e[0m 1\n\e[33mb |\e[0m 2\n", Output());
    }

    [Fact]
    public void A_line_that_is_an_object_is_merged_and_keeps_its_own_members()
    {
        FormOf(LogFormat.Json).Write(_stream, "{\"level\":\"warn\",\"time\":7,\"msg\":\"m\"}\n{}\r\n{ \"program\":\"p\" }\nnot {json}\r\n"u8, _origin);
        Assert.Equal("""
            {"program":"web","group":"g","pid":42,"stream":"stdout","level":"warn","time":7,"msg":"m"}
            {"time":"2026-11-21T02:32:10.394Z","program":"web","group":"g","pid":42,"stream":"stdout","msg":""}
            {"time":"2026-11-21T02:32:10.394Z","group":"g","pid":42,"stream":"stdout","program":"p"}
            {"time":"2026-11-21T02:32:10.394Z","program":"web","group":"g","pid":42,"stream":"stdout","msg":"not {json}"}

            """, Output());
    }

    [Fact] // a terminal goes on at the line's begin, where another program's name could be written
    public void A_carriage_return_within_a_prefixed_line_ends_it()
    {
        var sink = new LineSink(_stream, FormOf(LogFormat.Prefixed), LogBacklog.Block);
        sink.Take("10%\r20%\rinit | FORGED\r\nnext\r\r\n"u8, default);
        Assert.Equal("web | 10%\nweb | 20%\nweb | init | FORGED\r\nweb | next\nweb | \r\n", Output());
    }
}
