using System.Text;
using Init.Output;
using Xunit;

namespace Init.Unit.Output;

public class AnsiStripperTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("\e[31mred\e[0m", "red")]
    [InlineData("\e[2Jcleared\e[10;20H", "cleared")]
    [InlineData("a\e[1;32mb\e[Kc", "abc")]
    [InlineData("\e]0;title\a stays", "\e]0;title\a stays")]
    [InlineData("\e\e[1mx", "\ex")]
    [InlineData("up to the first of the final letters \e[10Goooh", "up to the first of the final letters ")]
    [InlineData("at the end \e", "at the end \e")]
    [InlineData("unfinished \e[31", "unfinished ")]
    public void Sequences_disappear_and_other_escapes_stay(string input, string expected)
    {
        Assert.Equal(expected, Strip(input, input.Length));
        for (var size = 1; size < input.Length; size++)
            Assert.Equal(expected, Strip(input, size));
    }

    private static string Strip(string input, int chunkSize)
    {
        var stripper = new AnsiStripper();
        var output = new List<byte>();
        foreach (var chunk in Encoding.UTF8.GetBytes(input).Chunk(chunkSize))
            output.AddRange(stripper.Strip([0, .. chunk]).ToArray());
        output.AddRange(stripper.End().ToArray());
        return Encoding.UTF8.GetString([.. output]);
    }
}
