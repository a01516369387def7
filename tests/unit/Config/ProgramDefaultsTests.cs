using Init.Config;
using Xunit;

namespace Init.Unit.Config;

public sealed class ProgramDefaultsTests
{
    private static ProcessConfig Process(string text, string group = "foo") =>
        ConfigFile.Of("[supervisord]\n" + text).Groups.Single(one => one.Name == group).Processes[0];

    [Fact]
    public void Every_program_has_what_it_does_not_say_itself()
    {
        const string Text = """
            [program-default]
            startsecs=7
            stopsignal=INT
            environment=A="default"
            [program:foo]
            command=a
            startsecs=2
            [fcgi-program:fcgi]
            command=a
            socket=tcp://localhost:9000
            [eventlistener:listener]
            command=a
            events=TICK_5
            environment=A="own"
            """;
        Assert.Equal((2, 2, "default"), Of("foo"));
        Assert.Equal((7, 2, "default"), Of("fcgi"));
        Assert.Equal((7, 2, "own"), Of("listener"));

        static (int StartSecs, int StopSignal, string A) Of(string name) =>
            Process(Text, name) is var process ? (process.StartSecs, process.StopSignal, process.Environment.Single().Value) : default;
    }

    [Fact]
    public void It_is_nearer_than_DEFAULT_and_farther_than_the_section() => Assert.Equal((1, 2, 3), Process("""
        [DEFAULT]
        startsecs=9
        startretries=9
        priority=3
        [program-default]
        startsecs=9
        startretries=2
        [program:foo]
        command=a
        startsecs=1
        """) is var process ? (process.StartSecs, process.StartRetries, process.Priority) : default);

    [Fact] // C-091 makes what a section has of [DEFAULT] its own
    public void It_is_nearer_than_DEFAULT_also_where_an_include_has_here_replaced()
    {
        using var file = new ConfigFile();
        file.Write("more.conf", "[program-default]\nserverurl=%(here)s/near\n");
        var configuration = file.Read("[supervisord]\n[include]\nfiles=more.conf\n[DEFAULT]\nserverurl=%(here)s/far\n[program-default]\nserverurl=x\n[program:foo]\ncommand=a\n");
        Assert.Equal(file.Directory + "/near", configuration.Groups[0].Processes[0].ServerUrl);
    }

    [Fact]
    public void Its_expansions_are_those_of_the_program() => Assert.Equal("foo 3", Process("""
        [program-default]
        command=%(program_name)s %(process_num)d
        process_name=%(program_name)s_%(process_num)d
        numprocs_start=3
        [program:foo]
        """).Command);

    [Fact]
    public void An_empty_value_of_the_section_hides_it() =>
        Assert.Empty(Process("[program-default]\nenvironment=A=\"1\"\n[program:foo]\ncommand=a\nenvironment=\n").Environment);

    [Fact]
    public void A_listener_s_place_and_stdout_are_its_own()
    {
        var configuration = ConfigFile.Of("""
            [supervisord]
            [program-default]
            priority=5
            redirect_stderr=true
            [eventlistener:listener]
            command=a
            events=TICK_5
            [program:foo]
            command=a
            """);
        Assert.Equal([("listener", -1, 999, false), ("foo", 5, 5, true)], configuration.Groups.Select(group =>
            (group.Name, group.Priority, group.Processes[0].Priority, group.Processes[0].RedirectStderr)));
    }

    [Theory]
    [InlineData("exit_on=sometimes", "invalid 'exit_on' value 'sometimes'")]
    [InlineData("startsecs=x", "invalid literal for int() with base 10: 'x'")]
    public void What_is_wrong_in_it_is_told_of_it(string line, string error)
    {
        using var file = new ConfigFile();
        var text = $"[supervisord]\n[program:foo]\ncommand=a\n[program-default]\n{line}\n";
        Assert.Equal($"{error} in section 'program-default' (file: 'FILE')", file.Error(text));
        Assert.Equal(5, Assert.Throws<ConfigException>(() => file.Read(text)).Location?.Line);
    }

    [Fact]
    public void Other_sections_do_not_have_it()
    {
        var configuration = ConfigFile.Of("[supervisord]\n[program-default]\nlogfile=/tmp/x\npriority=4\ndirectory=/nowhere\n[program:foo]\ncommand=a\n[group:g]\nprograms=foo\n");
        Assert.Null(configuration.Supervisord.Directory);
        Assert.Equal(999, configuration.Groups.Single().Priority);
        Assert.Equal(4, configuration.Groups.Single().Processes[0].Priority);
    }
}
