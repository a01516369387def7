using System.Text;
using Init.Ctl;
using Xunit;

namespace Init.Unit.Ctl;

/// <summary>Lines as they are typed, completed and split.</summary>
public sealed class LineTests
{
    [Theory] // T-116, T-117
    [InlineData("  start  a b ", "start", "a b", "start  a b")]
    [InlineData("status;", "status", ";", "status;")]
    [InlineData("? start", "help", "start", "help  start")]
    [InlineData("?", "help", "", "help ")]
    [InlineData("!x", null, "!x", "!x")]
    [InlineData("zz top", null, "top", "zz top")]
    [InlineData("", null, "", "")]
    public void A_line_is_an_action_and_its_argument(string typed, string? action, string argument, string line)
    {
        var parsed = CommandLine.Parse(ref typed);
        Assert.Equal((action, argument, line), (parsed.Action?.Name, parsed.Argument, typed));
    }

    [Theory] // R-012, T-045, T-068
    [InlineData("a", "a", "a", "a")]
    [InlineData("g:a", "g", "a", "g:a")]
    [InlineData("a:a", "a", "a", "a")]
    [InlineData("g:*", "g", null, "g:None")]
    [InlineData("g:", "g", null, "g:None")]
    [InlineData("g:a:b", "g", "a:b", "g:a:b")]
    public void A_name_is_a_group_and_a_process(string text, string group, string? process, string shown)
    {
        var name = Namespec.Parse(text);
        Assert.Equal((group, process, shown), (name.Group, name.Process, name.ToString()));
    }

    [Theory] // T-018
    [InlineData("unix:///a/b", "/a/b", null, 0)]
    [InlineData("http://host", null, "host", 80)]
    [InlineData("http://host:9001/path", null, "host", 9001)]
    [InlineData("http://user:pass@host:9001", null, "host", 9001)]
    [InlineData("http://[::1]:9001", null, "::1", 9001)]
    [InlineData("http://[::1]", null, "::1", 80)]
    [InlineData("http://host:x", null, null, 80)]
    [InlineData("ftp://x", null, null, 0)]
    public void A_url_leads_to_a_socket(string url, string? path, string? host, int port)
    {
        var parsed = new ServerUrl(url);
        Assert.Equal((path, host, port), (parsed.SocketPath, parsed.Host, parsed.Port));
    }

    [Theory] // T-125 to T-127
    [InlineData("", "help add avail clear exit fg maintail open pid quit reload remove reread restart shutdown signal start status stop tail update version")]
    [InlineData("sta", "start status")]
    [InlineData("help re", "reload remove reread restart")]
    [InlineData("update ", "cat multi")]
    [InlineData("stop c", "cat")]
    [InlineData("stop cat:", "cat:cat cat:*")]
    [InlineData("stop mu", "multi:a-1 multi:* multi:b-2")]
    [InlineData("tail -f multi:a-", "multi:a-1")]
    [InlineData("reread ", "")]
    [InlineData("zz ", "")]
    public void A_tab_offers(string typed, string offers)
    {
        var completion = new Completion(() => [new("cat", "cat"), new("multi", "a-1"), new("multi", "b-2")]);
        Assert.Equal(
            offers.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(offer => offer + " "),
            completion.Offers(typed, typed[Completion.WordStart(typed)..]));
    }

    [Theory]
    [InlineData("abc", "abc|")]
    [InlineData("abc\u0001x\u0005y", "xabcy|")]
    [InlineData("ab\u001b[DX", "aX|b")]
    [InlineData("ab\u001bOD\u001b[3~", "a|")]
    [InlineData("ab\u007f\u0008c", "c|")]
    [InlineData("one two three\u0017\u0017x", "one x|")]
    [InlineData("abc\u001b[H\u001b[C\u000b", "a|")]
    [InlineData("abc\u001b[D\u0015", "|c")]
    [InlineData("é😀\u0002\u0002-", "-|é😀")]
    [InlineData("new\u001b[A", "second|")]
    [InlineData("new\u0010\u0010\u0010", "first|")]
    [InlineData("new\u001b[A\u001b[B", "new|")]
    [InlineData("a\u001b[1;5Cb\u001bxc", "abc|")]
    public void Keys_edit(string keys, string expected)
    {
        var line = new LineBuffer(["first", "second"]);
        ReadOnlySpan<byte> bytes = Encoding.UTF8.GetBytes(keys);
        while (!bytes.IsEmpty)
        {
            var length = KeyDecoder.Decode(bytes, out var key, out var rune);
            Assert.InRange(length, 1, bytes.Length);
            bytes = bytes[length..];
            if (key == Key.Character)
                line.Insert(rune.ToString());
            else
                line.Apply(key);
        }
        Assert.Equal(expected, line.BeforeCursor + "|" + line.Text[line.BeforeCursor.Length..]);
    }

    [Theory]
    [InlineData("\u001b")]
    [InlineData("\u001b[")]
    [InlineData("\u001b[1;5")]
    public void An_unfinished_key_waits(string keys) => Assert.Equal(0, KeyDecoder.Decode(Encoding.UTF8.GetBytes(keys), out _, out _));

    [Fact]
    public void An_unfinished_character_waits()
    {
        Assert.Equal(0, KeyDecoder.Decode([0xC3], out _, out _));
        Assert.Equal(2, KeyDecoder.Decode("é"u8, out var key, out var rune));
        Assert.Equal((Key.Character, "é"), (key, rune.ToString()));
    }
}
