using Init.Config;
using Xunit;

namespace Init.Unit.Config;

public class SpellingTests
{
    private static readonly string[] _keys = ["autostart", "autorestart", "command", "user", "umask", "stopwaitsecs", "nice", "port"];

    [Theory]
    [InlineData("autostrat", "autostart")]
    [InlineData("comand", "command")]
    [InlineData("Command", "command")]
    [InlineData("stop_wait_secs", "stopwaitsecs")]
    [InlineData("usr", "user")]
    [InlineData("uesr", "user")]
    [InlineData("autorestrat", "autorestart")]
    public void A_slip_has_its_suggestion(string word, string meant) => Assert.Equal(meant, Spelling.Nearest(word, _keys));

    [Theory]
    [InlineData("x")]
    [InlineData("us")]
    [InlineData("note")]
    [InlineData("description")]
    [InlineData("")]
    public void What_is_near_to_nothing_has_none(string word) => Assert.Null(Spelling.Nearest(word, _keys));

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("ab", "ba", 1)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("", "abc", 3)]
    [InlineData("stdout", "stdour", 1)]
    public void Letters_put_in_taken_out_replaced_and_exchanged_count(string a, string b, int distance)
    {
        Assert.Equal(distance, Spelling.Distance(a, b));
        Assert.Equal(distance, Spelling.Distance(b, a));
    }
}
