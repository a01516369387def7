using Init.Config;
using Xunit;

namespace Init.Unit.Config;

public class EnvironmentValueTests
{
    private static string Parse(string text) => string.Join("|", EnvironmentValue.Parse(text).Select(v => $"{v.Key}={v.Value}"));

    [Theory]
    [InlineData("", "")] // C-134
    [InlineData("A=1", "A=1")]
    [InlineData("A=1,B=2", "A=1|B=2")]
    [InlineData("A = 1 , B = 2", "A=1|B=2")]
    [InlineData("A=1,\nB=2", "A=1|B=2")]
    [InlineData("A=1,", "A=1")]
    [InlineData("A=1;B=2", "A=1|B=2")] // C-123: any one token separates
    [InlineData("A=1?B=2", "A=1|B=2")]
    [InlineData("A=1 x B=2", "A=1|B=2")]
    [InlineData("A=/bin:./x+y-z(1)_", "A=/bin:./x+y-z(1)_")] // C-124
    [InlineData("A=\"a, b=c\",B='%@;#&$~[]'", "A=a, b=c|B=%@;#&$~[]")] // C-125
    [InlineData("A=a#b", "A=a")] // C-126
    [InlineData("A=\"a#b\"", "A=a#b")]
    [InlineData("A=a#b\nC", "A=aC")] // a word goes on after the comment
    [InlineData("A=1,B=2,A=3", "A=3|B=2")] // C-130
    [InlineData("A=a b", "A=a")] // C-131: silent loss
    [InlineData("A=$HOME", "A=$")]
    [InlineData("A=http://x:1/y?z=1", "A=http://x:1/y|z=1")]
    [InlineData("A=\"a\"b", "A=a")]
    [InlineData("A=aé", "A=a")]
    [InlineData("A=😀", "A=😀")]
    [InlineData("A=\"a\\\"b\"", "A=a\\")] // C-132: no escapes
    [InlineData("A='\"q\"'", "A=q")]
    [InlineData("\"A\"=1", "\"A\"=1")]
    [InlineData("A=\"\"", "A=")]
    [InlineData("A=\"x\n  y\",\nB=2", "A=x\n  y|B=2")]
    public void Variables_are_read_as_Supervisor_reads_them(string text, string expected) => Assert.Equal(expected, Parse(text));

    [Theory]
    [InlineData("A")]
    [InlineData("A=")]
    [InlineData("A 1")]
    [InlineData(",A=1")]
    [InlineData("A=1,,B=2")]
    [InlineData("A=1 B=2")]
    [InlineData("A=1\nB=2")]
    [InlineData("A=éa,B=2")]
    [InlineData("A=a\\b")]
    [InlineData("A-é=1")]
    public void What_is_no_list_of_pairs_is_an_error(string text) => // C-127, C-129
        Assert.Equal($"Unexpected end of key/value pairs in value '{text}'", Assert.Throws<ConfigException>(() => Parse(text)).Message);

    [Theory]
    [InlineData("A=\"x")]
    [InlineData("A='x\"")]
    [InlineData("A=\"x\",\"")]
    public void An_open_quote_is_an_error(string text) => // C-128
        Assert.Equal("No closing quotation", Assert.Throws<ConfigException>(() => Parse(text)).Message);
}
