using Init.Config;
using Xunit;

namespace Init.Unit.Config;

public class GlobTests
{
    [Theory]
    [InlineData("*", "abc", true)]
    [InlineData("*.conf", "a.conf", true)]
    [InlineData("*.conf", "a.conf~", false)]
    [InlineData("a*b*c", "aXbYbZc", true)]
    [InlineData("a*b*c", "aXbYbZ", false)]
    [InlineData("?", "a", true)]
    [InlineData("?", "", false)]
    [InlineData("[ab]x", "bx", true)]
    [InlineData("[!ab]x", "bx", false)]
    [InlineData("[a-c]", "b", true)]
    [InlineData("[c-a]", "b", false)]
    [InlineData("[]]", "]", true)]
    [InlineData("[!]]", "]", false)]
    [InlineData("[a-]", "-", true)]
    [InlineData("[a", "[a", true)]
    [InlineData("[", "[", true)]
    [InlineData("\\*", "\\x", true)]
    [InlineData("**", "a", true)]
    [InlineData("", "", true)]
    public void A_name_matches_as_in_fnmatch(string pattern, string name, bool expected) => Assert.Equal(expected, Glob.Matches(pattern, name));

    [Theory]
    [InlineData("*.conf", "B.conf a.conf z.conf")]
    [InlineData("a.conf", "a.conf")]
    [InlineData("nope", "")]
    [InlineData("nope/*", "")]
    [InlineData("*/*.conf", "d/x.conf e/x.conf")]
    [InlineData("**/x.conf", "d/x.conf e/x.conf")]
    [InlineData("?/x.conf", "d/x.conf e/x.conf")]
    [InlineData(".*", ".hidden.conf")]
    [InlineData("d*/", "d/")]
    [InlineData("[de]", "d e")]
    [InlineData("broken*", "broken")] // a link to nowhere is a match, which then cannot be read
    [InlineData("broken", "broken")]
    public void Files_are_found_in_code_point_order_and_hidden_ones_only_by_a_dot(string pattern, string expected) // C-095, C-097
    {
        using var files = new ConfigFile();
        foreach (var name in new[] { "z.conf", "a.conf", "B.conf", ".hidden.conf", "d/x.conf", "e/x.conf", "e/f/x.conf" }) files.Write(name, "");
        File.CreateSymbolicLink(Path.Combine(files.Directory, "broken"), "nowhere");
        var found = Glob.Find(PosixPath.Join(files.Directory, pattern)).Select(path => path[(files.Directory.Length + 1)..]);
        Assert.Equal(expected, string.Join(' ', found));
    }
}
