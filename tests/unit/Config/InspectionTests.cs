using Init.Config;
using Init.Unit.Cli;
using Xunit;

namespace Init.Unit.Config;

/// <summary>A check finds every error, at its line, once.</summary>
public class InspectionTests
{
    [Fact]
    public void Every_error_is_told_with_its_line()
    {
        Assert.Equal(
        [
            "1: error: there is no [section] before 'stray'",
            "3: error: loglevel: bad logging level name 'loud'",
            "4: error: minfds: invalid literal for int() with base 10: 'many'",
            "5: error: invalid 'exit_on' value 'sometimes'",
            "6: error: neither [section] nor key=value: 'what is this'",
            "7: error: program section program:a does not specify a command",
            "8: error: startsecs: invalid literal for int() with base 10: 'soon'",
            "9: error: Invalid user name nobody-of-that-name",
            "10: error: stdout_logfile: The directory named as part of the path /nonexist/x does not exist",
            "11: error: Cannot set stopasgroup=true and killasgroup=false",
            "13: error: program section program:silent does not specify a command",
            "14: error: program section program:b does not specify a command",
            "16: error: %(process_num) must be present within process_name when numprocs > 1",
            "17: error: [eventlistener:e] section requires an \"events\" line",
            "18: error: [eventlistener:e] section sets invalid buffer_size (0)",
            "20: error: Section [inet_http_server] contains incomplete authentication: If a username or a password is specified, both the username and password must be specified",
            "20: error: section [inet_http_server] has no port value",
            "22: error: section [unix_http_server] has no file value",
            "23: error: Invalid chmod value 9",
            "24: error: section [rpcinterface:r] does not specify a supervisor.rpcinterface_factory",
        ],
        Checked.LinesOf("""
            stray
            [supervisord]
            loglevel=loud
            minfds=many
            exit_on=sometimes
            what is this
            [program:a]
            startsecs=soon
            user=nobody-of-that-name
            stdout_logfile=/nonexist/x
            killasgroup=false
            stopasgroup=true
            [program:silent]
            [program:b]
            numprocs=2
            process_name=b
            [eventlistener:e]
            buffer_size=0
            command=/bin/cat
            [inet_http_server]
            password=secret
            [unix_http_server]
            chmod=9
            [rpcinterface:r]
            """));
    }

    [Fact]
    public void An_error_in_an_included_file_is_told_with_that_file()
    {
        using var file = new ConfigFile();
        file.Write("conf.d/a.conf", "[program:a]\ncommand=/bin/cat\nstartsecs=x\nno delimiter\n");
        file.Write("conf.d/b.conf", "[group:g]\nprograms=a,nobody\npriority=high\n");
        var lines = Checked.Of(file, "[supervisord]\n[include]\nfiles=conf.d/*.conf\n").Lines;
        Assert.Equal(
        [
            "DIR/conf.d/a.conf:3: error: startsecs: invalid literal for int() with base 10: 'x'",
            "DIR/conf.d/a.conf:4: error: neither [section] nor key=value: 'no delimiter'",
            "DIR/conf.d/b.conf:3: error: priority: invalid literal for int() with base 10: 'high'",
        ], lines); // that nobody is unknown cannot be said while a.conf has not been understood
    }

    [Fact]
    public void A_value_of_all_programs_is_wrong_once()
    {
        Assert.Equal(["3: error: startsecs: invalid literal for int() with base 10: 'x'"],
            Checked.Programs("[program-default]\nstartsecs=x\n[program:a]\ncommand=/bin/cat\n[program:b]\ncommand=/bin/cat\n"));
        Assert.Equal(["3: error: stopsignal: value 'X' is not a valid signal name"],
            Checked.Programs("[DEFAULT]\nstopsignal=X\n[program:a]\ncommand=/bin/cat\n[program:b]\ncommand=/bin/cat\n"));
    }

    [Theory]
    [InlineData("command=/bin/cat\nnumprocs=3\nprocess_name=p%(process_num)d\nstdout_logfile=/nonexist/%(process_num)d", 1)]
    [InlineData("command=/bin/cat %(nothing)s\nnumprocs=3\nprocess_name=p%(process_num)d", 1)]
    [InlineData("command=/bin/cat %(ENV_A)s\nenvironment=A", 1)]
    [InlineData("command=%(nothing)s\nuser=nobody-of-that-name", 2)]
    [InlineData("command=/bin/cat\nstdout_logfile=%(nothing)s\nstartsecs=%(nothing)s", 2)]
    public void An_error_is_told_once_and_not_what_it_brings_about(string program, int errors) =>
        Assert.Equal(errors, Checked.Programs("[program:a]\n" + program).Length);

    [Fact]
    public void An_environment_with_an_unknown_variable_is_no_consequence_of_itself()
    {
        Assert.Equal(["4: error: Format string 'A=%(ENV_ABSENT_FROM_HERE)s' for 'environment' contains names ('ENV_ABSENT_FROM_HERE') which cannot be expanded"],
            Checked.Programs("[program:a]\ncommand=/bin/cat %(ENV_A)s\nenvironment=A=%(ENV_ABSENT_FROM_HERE)s\n"));
        Assert.Equal(["3: error: Format string 'A=%(ENV_ABSENT_FROM_HERE)s' for 'environment' contains names ('ENV_ABSENT_FROM_HERE') which cannot be expanded"],
            Checked.Programs("[program-default]\nenvironment=A=%(ENV_ABSENT_FROM_HERE)s\n[program:a]\ncommand=/bin/cat\n[program:b]\ncommand=/bin/cat\n"));
        Assert.Equal(["2: error: Format string 'A=%(ENV_ABSENT_FROM_HERE)s' for 'supervisord.environment' contains names ('ENV_ABSENT_FROM_HERE') which cannot be expanded"],
            Checked.Programs("environment=A=%(ENV_ABSENT_FROM_HERE)s\n[program:a]\ncommand=/bin/cat\nenvironment=B=%(ENV_A)s\n"));
    }

    [Fact]
    public void Dependencies_upon_broken_programs_are_not_unknown_and_those_upon_nobody_are()
    {
        Assert.Equal(
        [
            "4: error: depends_on names unknown program or group x",
            "4: error: depends_on names unknown program or group y:z",
            "6: error: process_name: Invalid name: 'b/b' because of character: '/'",
        ], Checked.Programs("""
            [program:a]
            command=/bin/cat
            depends_on=b, x, b:b_0, y:z:completed
            [program:b]
            process_name=b/b
            command=/bin/cat
            """));
    }

    [Fact]
    public void Signals_for_nobody_are_told_at_their_key_beside_all_else()
    {
        var check = Checked.Of("""
            [supervisord]
            forward_signals=HUP:web2, USR1:ghost:x, USR2:broken
            [program:web]
            command=/no/such/command
            depends_on=rediss
            colour=1
            [program:broken]
            command=/bin/cat
            process_name=a/b
            [unix_http_server]
            """);
        Assert.Equal(
        [
            "s.conf:2: error: forward_signals names unknown program or group ghost:x",
            "s.conf:2: error: forward_signals names unknown program or group web2",
            "s.conf:4: warning: can't find command '/no/such/command'",
            "s.conf:5: error: depends_on names unknown program or group rediss",
            "s.conf:6: warning: unknown key 'colour'",
            "s.conf:9: error: process_name: Invalid name: 'a/b' because of character: '/'",
            "s.conf:10: error: section [unix_http_server] has no file value",
        ], check.Lines.OrderBy(line => int.Parse(line.Split(':')[1])).ThenBy(line => line, StringComparer.Ordinal));
        Assert.Equal(2, check.Findings.Count(finding => (finding.Section, finding.Key) == ("supervisord", "forward_signals")));
    }

    [Fact]
    public void A_oneshot_that_should_be_ready_keeps_nothing_else_from_being_told() =>
        Assert.Equal(
        [
            "5: error: ready_when cannot be had with oneshot, which is ready when it has completed",
            "6: error: Format string '%(x)s' for 'program:a.directory' contains names ('x') which cannot be expanded",
            "7: error: invalid 'healthcheck' value 'x'",
            "8: warning: unknown key 'colour'",
        ], Checked.Programs("[program:a]\ncommand=/bin/cat\noneshot=true\nready_when=notify\ndirectory=%(x)s\nhealthcheck=x\ncolour=1\n"));

    [Fact]
    public void A_bad_user_of_the_command_line_keeps_nothing_else_from_being_told()
    {
        using var file = new ConfigFile { CommandLine = new CommandLineValues { User = "nobody-of-that-name" } };
        Assert.Equal(["s.conf: error: Invalid user name nobody-of-that-name", "s.conf:3: warning: can't find command '/no/such/command'"],
            Checked.Of(file, "[supervisord]\n[program:a]\ncommand=/no/such/command\n").Lines);
    }

    [Fact]
    public void Every_circle_is_told_once() =>
        Assert.Equal(
        [
            "4: error: depends_on goes round in a circle: a:a0 -> b -> a:a0",
            "12: error: depends_on goes round in a circle: c -> c",
        ], Checked.Programs("""
            [program:a]
            command=/bin/cat
            depends_on=b
            numprocs=2
            process_name=a%(process_num)d
            [program:b]
            command=/bin/cat
            depends_on=a
            [program:c]
            command=/bin/cat
            depends_on=c
            """));

    [Fact]
    public void A_name_that_cannot_be_expanded_comes_with_the_one_that_was_meant() =>
        Assert.Equal(["3: error: Format string '%(ENV_COLUOR)s' for 'program:a.command' contains names ('ENV_COLUOR') which cannot be expanded, did you mean 'ENV_COLOUR'?"],
            Checked.Programs("[program:a]\ncommand=%(ENV_COLUOR)s\n"));

    [Fact]
    public void What_is_not_about_a_line_has_none()
    {
        using var file = new ConfigFile();
        Assert.Equal(["s.conf: error: .ini file does not include supervisord section"], Checked.Of("[program:a]\ncommand=/bin/cat\n").Lines);
        Assert.Equal(["nope: error: could not find config file nope"], Checked.OfPath(file, "nope").Lines);
        Assert.Null(Checked.OfPath(file, "nope").Plan);
    }

    [Fact]
    public void A_byte_that_is_not_UTF_8_has_its_line()
    {
        using var file = new ConfigFile();
        File.WriteAllBytes(file.Path, [.. "[supervisord]\n\nidentifier="u8, 0xff, (byte)'\n']);
        Assert.Equal(["s.conf:3: error: 'utf-8' codec can't decode byte 0xff in position 26: invalid start byte"], Checked.OfPath(file, "s.conf").Lines);
    }

    [Fact]
    public void What_supervisorctl_would_refuse_keeps_nothing_from_loading() =>
        Assert.Equal(["3: warning: Format string '%(x)s' for 'supervisorctl.prompt' contains names ('x') which cannot be expanded",
            "4: warning: section [ctlplugin:c] does not specify a supervisor.ctl_factory"],
            Checked.Programs("[supervisorctl]\nprompt=%(x)s\n[ctlplugin:c]\n").Where(line => line.Contains("expanded") || line.Contains("specify")));
}
