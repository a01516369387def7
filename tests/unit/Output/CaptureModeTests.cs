using System.Text;
using Init.Output;
using Xunit;

namespace Init.Unit.Output;

public class CaptureModeTests
{
    private const string Begin = "<!--XSUPERVISOR:BEGIN-->";
    private const string End = "<!--XSUPERVISOR:END-->";

    private sealed class Handler : ICaptureHandler
    {
        private readonly StringBuilder _said = new();
        private readonly StringBuilder _inCapture = new();

        internal string Log => _said.ToString();

        internal string InCapture => _inCapture.ToString();

        internal List<string> Messages { get; } = [];

        void ICaptureHandler.Said(ReadOnlySpan<byte> chunk, in LineOrigin origin) => _said.Append(Encoding.Latin1.GetString(chunk));

        void ICaptureHandler.SaidInCapture(ReadOnlySpan<byte> chunk) => _inCapture.Append(Encoding.Latin1.GetString(chunk));

        void ICaptureHandler.Captured(ReadOnlySpan<byte> data) => Messages.Add(Encoding.Latin1.GetString(data));
    }

    private static Handler Say(long limit, bool atEnd, params IEnumerable<string> chunks)
    {
        var handler = new Handler();
        var mode = new CaptureMode(limit, handler);
        foreach (var chunk in chunks)
            mode.Take(Encoding.Latin1.GetBytes(chunk), default);
        if (atEnd)
            mode.End(default);
        return handler;
    }

    [Fact] // L-147, L-148
    public void What_is_between_the_tokens_is_a_message_and_the_rest_is_the_log()
    {
        var heard = Say(1000, false, $"before\n{Begin}one{End}between\n{Begin}two{End}{Begin}{End}after\n");
        Assert.Equal("before\nbetween\nafter\n", heard.Log);
        Assert.Equal(["one", "two", ""], heard.Messages);
        Assert.Equal("onetwo", heard.InCapture); // L-152
    }

    [Fact]
    public void Tokens_are_found_wherever_they_are_cut()
    {
        const string text = $"a<!--XSUPERVISOR:BEGIN-<!--X{Begin}b{Begin}<!--XSUPERVISOR:EN{End}c<{End}<!--XSUPERVISOR:{Begin}d{End}e";
        var whole = Say(1000, true, text);
        Assert.Equal([$"b{Begin}<!--XSUPERVISOR:EN", "d"], whole.Messages);
        for (var size = 1; size < text.Length; size++)
        {
            var cut = Say(1000, true, text.Chunk(size).Select(chunk => new string(chunk)));
            Assert.Equal(whole.Log, cut.Log);
            Assert.Equal(whole.Messages, cut.Messages);
        }
    }

    [Fact] // not so in Supervisor, which waits for more than 24 bytes (L-150)
    public void Only_what_may_be_a_token_is_held_back()
    {
        Assert.Equal("short\n", Say(1000, false, "short\n").Log);
        Assert.Equal("short", Say(1000, false, "short<!--X").Log);
        Assert.Equal("short<!--Y", Say(1000, false, "short<!--", "Y").Log);
    }

    [Fact] // not so in Supervisor, which loses it (L-151)
    public void Nothing_is_lost_at_the_end()
    {
        Assert.Equal("tail<!--XSUP", Say(1000, true, "tail<!--XSUP").Log);
        var unfinished = Say(1000, true, $"a{Begin}b<!--XSUP");
        Assert.Equal("ab<!--XSUP", unfinished.Log);
        Assert.Empty(unfinished.Messages);
    }

    [Fact] // L-149
    public void Beyond_the_limit_the_oldest_bytes_give_way_to_as_many_new_ones()
    {
        Assert.Equal(["cdefghijXY"], Say(10, false, Begin, "abcdefghij", "X", "Y", End).Messages);
        Assert.Equal(["ghijklmnopqrstuvwxyz"], Say(10, false, Begin, "abcdef", "ghijklmnopqrstuvwxyz", End).Messages);
    }
}
