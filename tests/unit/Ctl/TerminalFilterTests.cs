using System.Text;
using Init.Ctl;
using Xunit;

namespace Init.Unit.Ctl;

/// <summary>What a program has said, shown by supervisorctl on a terminal. Latin-1 stands for the bytes.</summary>
public sealed class TerminalFilterTests
{
    private static string Filter(IEnumerable<string> chunks)
    {
        var filter = new TerminalFilter();
        var shown = new List<byte>();
        foreach (var chunk in chunks)
            filter.Write(Encoding.Latin1.GetBytes(chunk), shown);
        filter.End(shown);
        return Encoding.Latin1.GetString([.. shown]);
    }

    /// <summary>The bytes of UTF-8.</summary>
    private static string Utf8(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    public static TheoryData<string, string> Texts => new()
    {
        { "plain\ttext\n", "plain\ttext\n" },
        { Utf8("caf\u00e9 \U0001F600 \u05d0 \u2014\n"), Utf8("caf\u00e9 \U0001F600 \u05d0 \u2014\n") },
        { "\x1b[0;31mRed\x1b[0m end\n", "\x1b[0;31mRed\x1b[0m end\n" },
        { "\x1b[38;2;1;2;3mx\x1b[4:3my\x1b[m\n", "\x1b[38;2;1;2;3mx\x1b[4:3my\x1b[m\n" },
        { "\x1b[31mred", "\x1b[31mred\x1b[0m" }, // and the prompt is not
        { "\x1b[2J\x1b[H\x1b[1A\x1b[6n", "^[[2J^[[H^[[1A^[[6n" },
        { "\x1b]0;title\a\x1b]52;c;aGk=\x1b\\", "^[]0;title^G^[]52;c;aGk=^[\\" },
        { "\x1bPq\x1b\\ \x1b" + "c \x1b(0 \x1b[?25l \x1b[>1m", "^[Pq^[\\ ^[c ^[(0 ^[[?25l ^[[>1m" },
        { "\x1b\x1b[31m\x1b[0m", "^[\x1b[31m\x1b[0m" },
        { "\x1b[31", "^[[31" },
        { "\x1b[" + new string('1', 100) + "m", "^[[" + new string('1', 100) + "m" },
        { "dos\r\nover\rwrite\r", "dos\r\nover^Mwrite^M" },
        { "\a\b\v\f\0\x7f", "^G^H^K^L^@^?" },
        { Utf8("\u009b2J \u0085 \u009d0;t\u009c"), "<U+009B>2J <U+0085> <U+009D>0;t<U+009C>" },
        { "\u009b2J \u00e9 \u00ff \u0080", "<9B>2J \u00e9 \u00ff <80>" }, // no UTF-8
        { Utf8("\u202egnp\u202c \u2066x\u2069 \u200e\u200f\u061c \u2028\u2029"),
            "<U+202E>gnp<U+202C> <U+2066>x<U+2069> <U+200E><U+200F><U+061C> <U+2028><U+2029>" },
        { "\u00e2\u0080x \u00c2", "\u00e2<80>x \u00c2" }, // characters without their end
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Colours_pass_and_nothing_else_commands_the_terminal(string said, string shown) => Assert.Equal(shown, Filter([said]));

    [Theory]
    [MemberData(nameof(Texts))]
    public void It_is_the_same_in_whatever_parts_it_comes(string said, string shown)
    {
        Assert.Equal(shown, Filter(said.Select(character => character.ToString())));
        for (var cut = 0; cut <= said.Length; cut++)
            Assert.Equal(shown, Filter([said[..cut], said[cut..]]));
    }
}
