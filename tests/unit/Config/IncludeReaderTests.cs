using Xunit;

namespace Init.Unit.Config;

public class IncludeReaderTests
{
    private static string Include(string files) => $"[supervisord]\n[include]\nfiles = {files}\n";

    [Fact]
    public void Files_are_read_in_sorted_order_and_later_values_win() // C-095 to C-098, C-101
    {
        using var file = new ConfigFile();
        var b = file.Write("conf.d/b.conf", "[program:x]\ncommand=b\nstartsecs=5\n[supervisord]\nidentifier=b\n");
        var a = file.Write("conf.d/a.conf", "[program:x]\ncommand=a\npriority=1\n");
        file.Write("conf.d/.hidden.conf", "garbage");
        var configuration = file.Read(Include("conf.d/*.conf"));
        var process = configuration.Groups[0].Processes[0];
        Assert.Equal(("b", 5, 1), (process.Command, process.StartSecs, process.Priority));
        Assert.Equal("b", configuration.Supervisord.Identifier);
        Assert.Equal([$"Included extra file \"{a}\" during parsing", $"Included extra file \"{b}\" during parsing"], configuration.Infos);
        Assert.Empty(configuration.Warnings);
    }

    [Fact]
    public void Patterns_are_words_and_a_file_matched_twice_is_read_twice() // C-095, C-097
    {
        using var file = new ConfigFile();
        file.Environment["D"] = "%";
        file.Write("a.conf", "");
        file.Write("%.conf", "");
        var infos = file.Read(Include($"a.conf\n  [a].conf %(here)s/%(ENV_D)s.conf")).Infos;
        Assert.Equal(["a.conf", "a.conf", "%.conf"], infos.Select(info => Path.GetFileName(info.Split('"')[1])));
    }

    [Fact]
    public void A_pattern_without_a_match_is_a_warning() // C-099
    {
        using var file = new ConfigFile();
        var configuration = file.Read(Include("nope/*.conf ~/x /abs.nope"));
        Assert.Equal([$"No file matches via include \"{file.Directory}/nope/*.conf\"", $"No file matches via include \"{file.Directory}/~/x\"",
            "No file matches via include \"/abs.nope\""], configuration.Warnings);
    }

    [Fact]
    public void A_match_that_cannot_be_opened_is_passed_over() // C-100
    {
        using var file = new ConfigFile();
        Directory.CreateDirectory(Path.Combine(file.Directory, "d.conf"));
        Assert.Single(file.Read(Include("d.conf")).Infos);
    }

    [Fact]
    public void Includes_do_not_nest() // C-093
    {
        using var file = new ConfigFile();
        file.Write("a.conf", "[include]\nfiles=b.conf\n");
        file.Write("b.conf", "garbage");
        Assert.Single(file.Read(Include("a.conf")).Infos);
    }

    [Fact]
    public void Here_is_the_directory_of_each_file() // C-091
    {
        using var file = new ConfigFile();
        file.Write("d/a.conf", "[program:x]\ncommand=%(here)s\n[program:m]\ndirectory=%(here)s\n");
        var configuration = file.Read("[program:m]\ncommand=%(here)s\n" + Include("d/a.conf"));
        Assert.Equal(file.Directory, configuration.Groups[0].Processes[0].Command);
        Assert.Equal(file.Directory + "/d", configuration.Groups[0].Processes[0].Directory);
        Assert.Equal(file.Directory + "/d", configuration.Groups[1].Processes[0].Command);
    }

    [Theory] // the directory without detours, the messages with the name as it was made up
    [InlineData("./d/../d/a.conf")]
    [InlineData("d//a.conf")]
    [InlineData("d/./*.conf")]
    public void Here_is_a_path_without_detours(string files)
    {
        using var file = new ConfigFile();
        file.Write("d/a.conf", "[program:x]\ncommand=%(here)s\n");
        var configuration = file.Read(Include(files));
        Assert.Equal(file.Directory + "/d", configuration.Groups[0].Processes[0].Command);
        Assert.Equal([$"Included extra file \"{file.Directory}/{files.Replace("*", "a")}\" during parsing"], configuration.Infos);
    }

    [Fact]
    public void With_an_include_an_escaped_here_breaks() // C-092
    {
        using var file = new ConfigFile();
        Assert.Contains("is badly formatted: ", file.Error("[program:m]\ncommand=echo %%(here)s\n" + Include("")));
        Assert.Equal("echo %(here)s", file.Read("[supervisord]\n[program:m]\ncommand=echo %%(here)s\n").Groups[0].Processes[0].Command);
    }

    [Fact]
    public void An_error_names_the_file_that_first_had_the_section() // C-104
    {
        using var file = new ConfigFile();
        file.Write("a.conf", "[program:x]\ncommand=x\nstartsecs=q\n[program:m]\nstartsecs=1\n");
        Assert.EndsWith("in section 'program:x' (file: 'DIR/a.conf')", file.Error(Include("a.conf")));
        Assert.EndsWith("in section 'program:m' (file: 'FILE')", file.Error("[program:m]\ncommand=x\nstopsignal=x\n" + Include("a.conf")));
    }

    [Theory]
    [InlineData("garbage\n", "File contains no section headers.\nfile: 'DIR/a.conf', line: 1\n'garbage\\n'")]
    [InlineData("[x]\ngarbage\n", "Source contains parsing errors: 'DIR/a.conf'\n\t[line  2]: 'garbage\\n'")]
    public void Bad_syntax_names_the_included_file(string text, string expected) // C-102
    {
        using var file = new ConfigFile();
        file.Write("a.conf", text);
        Assert.Equal(expected, file.Error(Include("a.conf")));
    }

    [Fact]
    public void Files_must_be_there_but_may_be_empty() // C-094
    {
        Assert.Equal(".ini file has [include] section, but no files setting", ConfigFile.ErrorOf("[supervisord]\n[include]\n"));
        Assert.Empty(ConfigFile.Of(Include("")).Warnings);
    }

    [Fact]
    public void Names_in_files_are_few() => // C-074; an included here is replaced before
        Assert.Contains("for 'include.files' contains names ('nope') which cannot be expanded. Available names: ENV_COLOUR, ENV_HOME, here, host_node_name",
            ConfigFile.ErrorOf(Include("%(nope)s")));
}
