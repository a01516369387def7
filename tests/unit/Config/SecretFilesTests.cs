using Init.Config;
using Xunit;

namespace Init.Unit.Config;

/// <summary>`%(FILE_path)s` and `%(ENV_X|default)s`.</summary>
public sealed class SecretFilesTests : IDisposable
{
    private const string Secret = "p 'a\"ss, %s=(x)%%";

    private readonly ConfigFile _file = new();

    public SecretFilesTests() => _file.Write("secret", Secret + "\n");

    public void Dispose() => _file.Dispose();

    private string Path => _file.Directory + "/secret";

    private ProcessConfig Process(string lines) => _file.Read("[supervisord]\n[program:foo]\n" + lines).Groups[0].Processes[0];

    private string ProcessError(string lines) => _file.Error("[supervisord]\n[program:foo]\n" + lines);

    [Theory]
    [InlineData("A=%(FILE_secret)s")]
    [InlineData("A=%(FILE_{path})s,")]
    [InlineData("A=\"%(FILE_secret)s\"")]
    [InlineData("A='%(FILE_secret)s'")]
    public void A_secret_is_one_piece_of_environment_whatever_is_in_it(string environment)
    {
        Assert.Equal([new("A", Secret)], Process($"command=a\nenvironment={environment.Replace("{path}", Path)}").Environment);
        Assert.Equal([new("A", Secret)], _file.Read($"[supervisord]\nenvironment={environment.Replace("{path}", Path)}").Supervisord.Environment); // expanded twice, C-089
    }

    [Fact]
    public void With_other_text_around_it() => Assert.Equal(
        [new("URL", $"redis://:{Secret}@redis:6379/%"), new("B", "2")],
        Process("command=a\nenvironment=URL=\"redis://:%(FILE_secret)s@redis:6379/%%\",B=2").Environment);

    [Theory]
    [InlineData("x\n", "x")]
    [InlineData("x\r\n", "x")]
    [InlineData("x\n\n", "x\n")]
    [InlineData(" x ", " x ")]
    [InlineData("\n", "")]
    [InlineData("", "")]
    public void Only_the_last_newline_goes(string content, string value)
    {
        _file.Write("secret", content);
        Assert.Equal([new("A", value)], Process("command=a\nenvironment=A=%(FILE_secret)s").Environment);
    }

    [Fact]
    public void A_command_shows_what_is_around_it()
    {
        var process = Process("command=/bin/app --password=%(FILE_secret)s 'x y'");
        Assert.Equal("/bin/app --password=(masked) 'x y'", process.Command);
        Assert.Equal($"/bin/app --password={Secret} 'x y'", process.SecretCommand!.Reveal(process.SecretCommand.Marked));
        Assert.DoesNotContain(Secret, process.ToString());
        Assert.Null(Process("command=/bin/app").SecretCommand);
    }

    [Theory]
    [InlineData("%(FILE_secret)s", "(masked)")]
    [InlineData("%(FILE_secret)s x", "(masked) x")]
    [InlineData("'/opt/%(FILE_secret)s/app' x", "\"'/opt/(masked)/app' x\"")]
    public void A_command_does_not_have_it_in_the_file_to_execute(string command, string shown) => Assert.Equal(
        $"the file to execute is named by the content of another in command {(shown[0] == '"' ? shown : $"'{shown}'")} in section 'program:foo' (file: 'FILE')",
        ProcessError($"command={command}"));

    [Theory] // C-086, C-087
    [InlineData("[supervisord]\nenvironment=A=%(FILE_secret)s\n[program:foo]\ncommand=/bin/app %(ENV_A)s")]
    [InlineData("[supervisord]\n[program:foo]\nenvironment=A=%(FILE_secret)s\ncommand=/bin/app %(ENV_A)s")]
    [InlineData("[supervisord]\n[program:foo]\nenvironment=A=%(FILE_secret)s\ncommand=/bin/app %(ENV_A|x)s")]
    public void A_secret_stays_one_in_a_variable(string text)
    {
        var process = _file.Read(text).Groups[0].Processes[0];
        Assert.Equal("/bin/app (masked)", process.Command);
        Assert.Equal("/bin/app " + Secret, process.SecretCommand!.Reveal(process.SecretCommand.Marked));
    }

    [Theory]
    [InlineData("directory", "program:foo.directory")]
    [InlineData("process_name", "process_name")]
    [InlineData("stdout_logfile", "program:foo.stdout_logfile")]
    [InlineData("serverurl", "program:foo.serverurl")]
    [InlineData("log_prefix", "program:foo.log_prefix")]
    [InlineData("depends_on", "program:foo.depends_on")]
    [InlineData("environment_file", "program:foo.environment_file")]
    public void A_value_that_is_shown_may_not_have_it(string key, string where)
    {
        var error = ProcessError($"command=a\n{key}=%(FILE_secret)s");
        Assert.Contains(key, error);
        Assert.DoesNotContain("p 'a", error);
        if (!key.StartsWith("dep", StringComparison.Ordinal) && !key.StartsWith("env", StringComparison.Ordinal))
            Assert.Equal($"Format string '%(FILE_secret)s' for '{where}' has the content of a file in it (%(FILE_...)s), which must not be shown, "
                + "as this value is in section 'program:foo' (file: 'FILE')", error);
    }

    [Fact]
    public void Nor_may_it_have_it_by_way_of_a_variable() => Assert.Contains("must not be shown",
        ProcessError("command=a\nenvironment=A=%(FILE_secret)s\ndirectory=/x/%(ENV_A)s"));

    [Fact]
    public void Numbers_switches_and_users_may_be_in_files()
    {
        _file.Write("three", "3\n");
        _file.Write("root", "root\n");
        var process = Process("command=a\nstartsecs=%(FILE_three)s\nautostart=%(ENV_NO|off)s\nuser=%(FILE_root)s");
        Assert.Equal((3, false, "root"), (process.StartSecs, process.AutoStart, process.User!.Name));
        Assert.Equal("root", _file.Read("[supervisord]\nuser=%(FILE_root)s").Supervisord.User!.Name);
    }

    [Theory]
    [InlineData("startsecs")]
    [InlineData("user")]
    [InlineData("exit_on")]
    [InlineData("stdout_logfile_maxbytes")]
    public void What_is_wrong_with_one_does_not_say_it(string key) => Assert.Equal(
        $"Format string 'x%(FILE_secret)s' for 'program:foo.{key}' gives an invalid value in section 'program:foo' (file: 'FILE')",
        ProcessError($"command=a\n{key}=x%(FILE_secret)s"));

    [Fact]
    public void Nor_does_a_broken_environment() => Assert.Equal(
        "Unexpected end of key/value pairs in value 'A=(masked),B' in section 'program:foo' (file: 'FILE')",
        ProcessError("command=a\nenvironment=A=%(FILE_secret)s,B"));

    [Fact]
    public void A_server_s_login_may_be_in_files()
    {
        var server = _file.Read("[supervisord]\n[unix_http_server]\nfile=s\nusername=%(ENV_NOBODY|joe)s\npassword={SHA}%(FILE_secret)s").HttpServers[0];
        Assert.Equal(("joe", "{SHA}" + Secret), (server.Username, server.Password));
    }

    [Theory]
    [InlineData("%(FILE_none)s", "names file 'none', which cannot be read: No such file or directory")]
    [InlineData("%(FILE_)s", "names file '', which cannot be read: Is a directory")]
    [InlineData("%(FILE_/)s", "names file '/', which cannot be read: Is a directory")]
    [InlineData("%(FILE_/dev/null)s", "names file '/dev/null', which cannot be read: not a regular file")]
    [InlineData("%(FILE_nul)s", "names file 'nul', which cannot be read: there is a NUL in it")]
    [InlineData("%(FILE_secret)r", "is badly formatted: %(FILE_...) takes no other conversion than s")]
    [InlineData("%(FILE_secret).1s", "is badly formatted: %(FILE_...) takes no other conversion than s")]
    public void A_file_that_cannot_be_read_is_one_error(string text, string problem)
    {
        _file.Write("nul", "a\0b");
        Assert.Equal($"Format string '{text}' for 'program:foo.command' {problem} in section 'program:foo' (file: 'FILE')", ProcessError($"command={text}"));
    }

    [Fact]
    public void A_new_content_is_a_new_command()
    {
        const string Lines = "command=a %(FILE_secret)s\nenvironment=A=%(FILE_secret)s";
        var (one, same) = (Process(Lines), Process("serverurl=AUTO\n" + Lines));
        _file.Write("secret", "another");
        var other = Process(Lines);
        Assert.Equal(one.SecretCommand, same.SecretCommand);
        Assert.NotEqual(one.SecretCommand, other.SecretCommand);
        Assert.Equal(one.Command, other.Command);
    }

    [Theory]
    [InlineData("%(ENV_NONE|a b)s", "a b")]
    [InlineData("%(ENV_NONE|)s", "")]
    [InlineData("%(ENV_NONE|a|b)s", "a|b")]
    [InlineData("%(ENV_NONE|f(x))s", "f(x)")]
    [InlineData("%(ENV_NONE|%(here)s)s", "%(here)s")]
    [InlineData("%(ENV_COLOUR|red)s", "blue%s")]
    [InlineData("%(ENV_EMPTY|red)s", "")]
    [InlineData("%(ENV_A|B)s", "whole")] // the name of a variable may have anything in it
    [InlineData("%(ENV_NONE|ab)5s", "   ab")]
    public void The_default_stands_where_there_is_no_variable(string text, string value)
    {
        _file.Environment["EMPTY"] = "";
        _file.Environment["A|B"] = "whole";
        Assert.Equal("c" + value, Process("command=c" + text).Command);
    }

    [Fact]
    public void Defaults_are_for_variables_alone()
    {
        Assert.StartsWith("Format string '%(nope|x)s' for 'program:foo.command' contains names ('nope|x') which cannot be expanded. "
            + "Available names: ENV_COLOUR, ENV_HOME, group_name, here,", ProcessError("command=%(nope|x)s"));
        Assert.Equal("/x", _file.Read("[supervisord]\nidentifier=%(ENV_NONE|/x)s\n").Supervisord.Identifier);
    }
}
