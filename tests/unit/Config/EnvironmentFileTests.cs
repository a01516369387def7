using System.Text;
using Init.Config;
using Xunit;

namespace Init.Unit.Config;

public sealed class EnvironmentFileTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    public void Dispose() => _scratch.Dispose();

    private IReadOnlyList<KeyValuePair<string, string>> Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    private IReadOnlyList<KeyValuePair<string, string>> Read(byte[] bytes)
    {
        File.WriteAllBytes(_scratch["env"], bytes);
        return new EnvironmentFile(_scratch["env"], false).Read();
    }

    [Theory]
    [InlineData("A=1", "1")]
    [InlineData("A=", "")]
    [InlineData("A=\n", "")]
    [InlineData("A=\"\"", "")]
    [InlineData("  export   A=1  ", "1")]
    [InlineData("export\tA=1", "1")]
    [InlineData("A=1\r\n", "1")]
    [InlineData("A= a b \t", "a b")]
    [InlineData("A=a#b # not a comment", "a#b # not a comment")]
    [InlineData("A=a=b", "a=b")]
    [InlineData("A=it's \"so\"", "it's \"so\"")]
    [InlineData("A=$HOME `x` \\n %(here)s", "$HOME `x` \\n %(here)s")]
    [InlineData("A=' $HOME \\n \"x\" # '  # a comment", " $HOME \\n \"x\" # ")]
    [InlineData("A=\" 'x' \\\" \\\\ \\n \\t \\$x \\` \\z # \"", " 'x' \" \\ \n \t $x ` \\z # ")]
    [InlineData("A=\"-----BEGIN\nb=64\n# END\n\"", "-----BEGIN\nb=64\n# END\n")]
    [InlineData("\ufeffA=1", "1")]
    [InlineData("\n# B=2\n   #\n\t\nA=é\n\n", "é")]
    public void A_value_is_bare_or_quoted(string text, string value) => Assert.Equal([new("A", value)], Read(text));

    [Fact]
    public void Lines_keep_their_order_and_any_key_their_own() => Assert.Equal(
        [new("a.b-c", "1"), new("export", "2"), new("_", "3"), new("A", "x"), new("A", "y")],
        Read("a.b-c=1\nexport=2\n_=3\nA='x'\nA=y"));

    [Fact]
    public void Bytes_that_are_not_UTF8_pass() => Assert.Equal([new("A", "\udcff")], Read([(byte)'A', (byte)'=', 0xff]));

    [Theory]
    [InlineData("A=1\nB", 2, "is not KEY=value")]
    [InlineData("A =1", 1, "is not KEY=value")]
    [InlineData("=1", 1, "is not KEY=value")]
    [InlineData("1A=1", 1, "is not KEY=value")]
    [InlineData("export A", 1, "is not KEY=value")]
    [InlineData("\n\nKEY: secret", 3, "is not KEY=value")]
    [InlineData("A='x\ny'\nB=\"1\n2\n", 3, "has no closing quotation")]
    [InlineData("A='it's'", 1, "has something behind a closing quotation")]
    [InlineData("A='x\ny' z", 2, "has something behind a closing quotation")]
    [InlineData("A=\"x\\\"", 1, "has no closing quotation")]
    [InlineData("A=1\nB=\0", 2, "has a NUL in it")]
    public void What_is_wrong_is_told_with_its_line_and_without_its_text(string text, int line, string problem) => Assert.Equal(
        $"environment file '{_scratch["env"]}': line {line} {problem}", Assert.Throws<ConfigException>(() => Read(text)).Message);

    [Fact]
    public void Only_what_is_said_to_may_be_missing()
    {
        Assert.Empty(new EnvironmentFile(_scratch["none"], true).Read());
        Assert.Equal($"can't read environment file '{_scratch["none"]}': No such file or directory", Error(_scratch["none"], false));
        Assert.Equal($"can't read environment file '{_scratch.Path}': Is a directory", Error(_scratch.Path, true));
        Assert.Equal("can't read environment file '/dev/zero': not a regular file", Error("/dev/zero", true));

        static string Error(string path, bool mayBeMissing) => Assert.Throws<ConfigException>(() => new EnvironmentFile(path, mayBeMissing).Read()).Message;
    }

    [Fact]
    public void A_huge_file_is_refused()
    {
        using (var file = File.Create(_scratch["huge"])) file.SetLength(1 << 30);
        Assert.EndsWith("larger than 1048576 bytes", Assert.Throws<ConfigException>(() => new EnvironmentFile(_scratch["huge"], false).Read()).Message);
    }

    [Fact]
    public void Paths_are_relative_to_the_working_directory_and_may_be_missing()
    {
        using var file = new ConfigFile();
        var process = file.Read("[supervisord]\n[program:foo]\ncommand=a\nenvironment_file=a, -/b/%(program_name)s_%(process_num)d , - ~/c\n").Groups[0].Processes[0];
        Assert.Equal([new(file.Directory + "/a", false), new("/b/foo_0", true), new(file.Directory + "/c", true)], process.EnvironmentFiles);
        Assert.Empty(ConfigFile.Process("").EnvironmentFiles);
        Assert.Empty(ConfigFile.Process("environment_file=").EnvironmentFiles);
    }

    [Theory]
    [InlineData("a,,b")]
    [InlineData("-")]
    [InlineData("a,")]
    public void An_empty_path_is_an_error(string text) => Assert.Equal($"invalid 'environment_file' value '{text}'", ConfigFile.ProgramError("environment_file=" + text));
}
