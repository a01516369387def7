using Init.Config;
using Xunit;

namespace Init.Unit.Config;

public class PosixPathTests
{
    [Theory]
    [InlineData("a", "/w/a")]
    [InlineData("./a/../b//c/", "/w/b/c")]
    [InlineData("../../../x", "/x")]
    [InlineData("", "/w")]
    [InlineData("/a/./b", "/a/b")]
    [InlineData("//a", "//a")]
    [InlineData("///a", "/a")]
    [InlineData("/", "/")]
    public void Absolute_paths_are_Pythons(string path, string expected) => Assert.Equal(expected, PosixPath.Absolute(path, "/w"));

    [Theory]
    [InlineData("/usr/bin/x", "/usr/bin")]
    [InlineData("x", "")]
    [InlineData("/x", "/")]
    [InlineData("a//b", "a")]
    [InlineData("a/", "a")]
    [InlineData("", "")]
    public void The_directory_of_a_path_is_Pythons(string path, string expected) => Assert.Equal(expected, PosixPath.DirectoryOf(path));

    [Theory]
    [InlineData("~", "/home/me")]
    [InlineData("~/x", "/home/me/x")]
    [InlineData("~root/x", "/root/x")]
    [InlineData("~nosuchuser/x", "~nosuchuser/x")]
    [InlineData("a~", "a~")]
    public void A_tilde_is_a_home_directory(string path, string expected) =>
        Assert.Equal(expected, PosixPath.ExpandUser(path, new Dictionary<string, string> { ["HOME"] = "/home/me/" }));
}
