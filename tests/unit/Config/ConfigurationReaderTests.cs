using Init.Config;
using Xunit;

namespace Init.Unit.Config;

public class ConfigurationReaderTests
{
    private static string ErrorOf(ConfigFile file, string path) => Assert.Throws<ConfigException>(() => file.ReadFile(path)).Message;

    [Theory]
    [InlineData("/nonexist/s.conf")]
    [InlineData("nope")]
    [InlineData("")]
    public void A_missing_file_is_named_as_given(string path) // C-038
    {
        using var file = new ConfigFile();
        Assert.Equal($"could not find config file {path}", ErrorOf(file, path));
    }

    [Fact]
    public void A_directory_cannot_be_read() // C-039
    {
        using var file = new ConfigFile();
        Assert.Equal("could not read config file .", ErrorOf(file, "."));
    }

    [Fact]
    public void A_relative_path_starts_at_the_working_directory_and_stays_as_given() // C-043, C-045
    {
        using var file = new ConfigFile();
        file.Write("d/s.conf", "[supervisord]\nidentifier=%(here)s\n[program:x]\ncommand=x\n");
        var configuration = file.ReadFile("d/../d/s.conf");
        Assert.Equal("d/../d/s.conf", configuration.Path);
        Assert.Equal(file.Directory + "/d", configuration.Supervisord.Identifier);
        file.Write("d/s.conf", "[supervisord]\n[program:x]\n");
        Assert.EndsWith(" in section 'program:x' (file: 'd/s.conf')", ErrorOf(file, "d/s.conf"));
    }

    [Fact]
    public void A_file_that_is_not_UTF_8_says_where() // C-040
    {
        using var file = new ConfigFile();
        File.WriteAllBytes(file.Path, [.. "[supervisord]\nidentifier="u8, 0xe9, (byte)'\n']);
        Assert.Equal("'utf-8' codec can't decode byte 0xe9 in position 25: invalid continuation byte", ErrorOf(file, file.Path));
    }

    [Fact]
    public void A_byte_order_mark_and_CRLF_are_accepted() => // C-042, unlike C-041
        Assert.Equal("a", ConfigFile.Of("\ufeff[supervisord]\r\nidentifier=a\r\n").Supervisord.Identifier);

    [Theory]
    [InlineData("/usr/bin/supervisord", "/usr/etc/supervisord.conf", "/usr/supervisord.conf")]
    [InlineData("/supervisord", "/etc/supervisord.conf", "/supervisord.conf")]
    [InlineData("supervisord", "etc/supervisord.conf", "supervisord.conf")]
    [InlineData("./bin/supervisord", "./etc/supervisord.conf", "./supervisord.conf")]
    public void Two_places_depend_on_the_program(string program, string first, string second) => // C-035
        Assert.Equal([first, second, "supervisord.conf", "etc/supervisord.conf", "/etc/supervisord.conf", "/etc/supervisor/supervisord.conf"],
            ConfigurationSearch.Paths(program));

    [Fact]
    public void The_first_place_that_exists_wins_whatever_it_is()
    {
        using var file = new ConfigFile();
        file.Write("etc/supervisord.conf", "");
        Assert.Equal("etc/supervisord.conf", ConfigurationSearch.Find("/nonexist/bin/supervisord", file.Directory));
        Directory.CreateDirectory(Path.Combine(file.Directory, "supervisord.conf"));
        Assert.Equal("supervisord.conf", ConfigurationSearch.Find("/nonexist/bin/supervisord", file.Directory));
        var program = Path.Combine(file.Directory, "bin/supervisord");
        Assert.Equal(file.Directory + "/etc/supervisord.conf", ConfigurationSearch.Find(program, "/"));
    }

    [Fact]
    public void When_nothing_is_found_all_places_are_listed() // C-036
    {
        using var file = new ConfigFile();
        if (File.Exists("/etc/supervisord.conf") || File.Exists("/etc/supervisor/supervisord.conf")) return; // a machine that has one
        Assert.Equal("No config file found at default paths (/nonexist/etc/supervisord.conf, /nonexist/supervisord.conf, supervisord.conf, "
            + "etc/supervisord.conf, /etc/supervisord.conf, /etc/supervisor/supervisord.conf); use the -c option to specify a config file at a "
            + "different path", Assert.Throws<ConfigException>(() => ConfigurationSearch.Find("/nonexist/bin/supervisord", file.Directory)).Message);
    }

    [Fact]
    public void A_thousand_programs_are_read()
    {
        var text = string.Concat(Enumerable.Range(0, 1000).Select(i => $"[program:p{i}]\ncommand=/bin/cat\nuser=root\nenvironment=A=\"%(ENV_HOME)s\"\n"));
        Assert.Equal(1000, ConfigFile.Of("[supervisord]\n" + text).Groups.Count);
    }
}
