using Init.Config;
using Xunit;

namespace Init.Unit.Config;

public class ShellWordsTests
{
    [Theory] // L-032
    [InlineData("/bin/cat", "/bin/cat")]
    [InlineData("  a \t b\nc  ", "a|b|c")]
    [InlineData("echo a && echo b", "echo|a|&&|echo|b")]
    [InlineData("a 'b c' \"d e\"", "a|b c|d e")]
    [InlineData("a'b'\"c\"d", "abcd")]
    [InlineData("a '' \"\"", "a||")]
    [InlineData(@"a\ b \'c", "a b|'c")]
    [InlineData(@"'a\b' ""a\b"" ""a\""b"" ""a\\b""", @"a\b|a\b|a""b|a\b")]
    [InlineData("$HOME ~ *.c # not a comment", "$HOME|~|*.c|#|not|a|comment")]
    public void Words_are_split_as_a_shell_does(string line, string words) =>
        Assert.Equal(words.Split('|'), ShellWords.Split(line).Words);

    [Theory] // L-028
    [InlineData("/bin/cat \"x", "No closing quotation")]
    [InlineData("/bin/cat 'x", "No closing quotation")]
    [InlineData("/bin/cat \\", "No escaped character")]
    public void A_line_that_does_not_end_is_an_error(string line, string error) =>
        Assert.Equal(error, ShellWords.Split(line).Error);

    [Fact]
    public void An_empty_line_has_no_words() => Assert.Empty(ShellWords.Split("  ").Words);
}
