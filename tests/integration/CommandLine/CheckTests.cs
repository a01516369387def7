using System.Text.Json;
using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.CommandLine;

/// <summary>`init check`: everything that is wrong at once, the plan, and nothing is started or made.</summary>
public sealed class CheckTests(ITestOutputHelper output) : DaemonTest(output)
{
    private const string Good = """
        [supervisord]
        logfile={dir}/supervisord.log
        pidfile={dir}/supervisord.pid
        childlogdir={dir}
        [unix_http_server]
        file={dir}/supervisor.sock
        [program:redis]
        command=/bin/cat
        stopwaitsecs=5
        [program:worker]
        command=/bin/touch {dir}/started
        stdout_logfile={dir}/worker.log
        depends_on=redis
        """;

    private const string Faulty = """
        [supervisord]
        loglevel=loud
        no delimiter here
        [include]
        files=*.part
        [program:web]
        command=/no/such/command
        autostrat=true
        startsecs=soon
        startsecs=later
        user=nobody-of-that-name
        [progam:x]
        [group:g]
        programs=web,ghost
        [unix_http_server]
        """;

    private static readonly string[] _faults =
    [
        "{dir}/more.part:2: error: program section program:more does not specify a command",
        "{dir}/more.part:3: error: depends_on goes round in a circle: more -> more",
        "{dir}/more.part:4: warning: unknown key 'priorty', did you mean 'priority'?",
        "{dir}/supervisord.conf:2: error: loglevel: bad logging level name 'loud'",
        "{dir}/supervisord.conf:3: error: neither [section] nor key=value: 'no delimiter here'",
        "{dir}/supervisord.conf:7: warning: can't find command '/no/such/command'",
        "{dir}/supervisord.conf:8: warning: unknown key 'autostrat', did you mean 'autostart'?",
        "{dir}/supervisord.conf:10: error: startsecs: invalid literal for int() with base 10: 'later'",
        "{dir}/supervisord.conf:10: warning: key 'startsecs' is written twice, its value at {dir}/supervisord.conf:9 is not used",
        "{dir}/supervisord.conf:11: error: Invalid user name nobody-of-that-name",
        "{dir}/supervisord.conf:12: warning: unknown section [progam:x], did you mean 'program'?",
        "{dir}/supervisord.conf:15: error: section [unix_http_server] has no file value",
    ];

    private Daemon Check(string config, params string[] options) => Check(config, "init", ["check"], [], options);

    private Daemon Check(string config, string program, string[] verb, string[] wrapper, params string[] options)
    {
        var folder = Daemon.FreshFolder();
        File.WriteAllText(Path.Combine(folder, "more.part"), "\n[program:more]\ndepends_on=more\npriorty=1\n");
        return Start(new Launch
        {
            Program = program,
            Config = config,
            Folder = folder,
            Wrapper = wrapper,
            Arguments = [.. verb, "-c", "{dir}/supervisord.conf", .. options],
        });
    }

    private static string Shown(Daemon daemon, Transcript transcript) => transcript.ToString().Replace(daemon.Folder, "{dir}", StringComparison.Ordinal);

    [Fact]
    public void A_dozen_faults_are_a_dozen_lines()
    {
        var check = Check(Faulty);
        Assert.Equal(ExitStatus.Exited(2), check.WaitForExit());
        Assert.Equal(_faults, Shown(check, check.Error).TrimEnd('\n').Split('\n'));
        Assert.Equal("{dir}/supervisord.conf: 7 errors, 5 warnings", Shown(check, check.Output).TrimEnd('\n'));
    }

    [Theory]
    [InlineData("init", "check")]
    [InlineData("init", "--check")]
    [InlineData("init", "supervisord", "--check")]
    [InlineData("supervisord", "--check")]
    public void What_is_fine_is_shown_as_a_plan_under_each_name(string program, params string[] verb)
    {
        var check = Check(Good, program, verb, []);
        Assert.Equal(ExitStatus.Exited(0), check.WaitForExit());
        Assert.Equal("", check.Error.ToString());
        Assert.StartsWith("""
            start: 1. redis  2. worker (after redis:ready)
            stop: worker (10 s), then redis (5 s); 15 s at worst
            """, check.Output.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("{dir}/supervisord.conf: no errors, no warnings", Shown(check, check.Output).TrimEnd('\n'), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_made_and_nothing_started()
    {
        foreach (var (program, verb) in new[] { ("init", "check"), ("supervisord", "--check") })
        {
            var check = Check(Good, program, [verb], []);
            Assert.Equal(ExitStatus.Exited(0), check.WaitForExit());
            Assert.Equal(["more.part", "supervisord.conf"], Directory.EnumerateFileSystemEntries(check.Folder).Select(Path.GetFileName).Order());
        }
    }

    [Fact]
    public void It_needs_no_right_but_to_read()
    {
        var check = Check(Good, "init", ["check"], ["unshare", "--mount", "sh", "-c",
            "mount --bind {dir} {dir} && mount -o remount,ro,bind {dir} && exec setpriv --reuid=65534 --regid=65534 --clear-groups -- \"$@\"", "sh"]);
        Assert.Equal(ExitStatus.Exited(0), check.WaitForExit());
        Assert.Equal("", check.Error.ToString());
    }

    [Theory]
    [InlineData(0, "[supervisord]\n")]
    [InlineData(0, "[supervisord]\nunknown=1\n")]
    [InlineData(2, "[supervisord]\nunknown=1\n", "--strict")]
    [InlineData(0, "[supervisord]\n", "--strict", "--json")]
    [InlineData(2, "[supervisord]\nminfds=x\n", "--json")]
    [InlineData(2, "")]
    public void The_exit_status_says_whether_it_is_good(int status, string config, params string[] options) =>
        Assert.Equal(ExitStatus.Exited(status), Check(config, options).WaitForExit());

    [Fact]
    public void Json_is_one_object_with_the_same_in_it()
    {
        var check = Check(Faulty, "--json");
        Assert.Equal(ExitStatus.Exited(2), check.WaitForExit());
        Assert.Equal("", check.Error.ToString());
        var json = JsonDocument.Parse(check.Output.ToString()).RootElement;
        Assert.False(json.GetProperty("ok").GetBoolean());
        foreach (var (name, word) in new[] { ("errors", "error"), ("warnings", "warning") })
        {
            var found = json.GetProperty(name).EnumerateArray().ToList();
            Assert.Equal(_faults.Count(line => line.Contains($": {word}: ")), found.Count);
            Assert.All(found, one => Assert.Contains(_faults, line =>
                line.StartsWith($"{Text(one, "file")}:{one.GetProperty("line").GetInt32()}: {word}: ".Replace(check.Folder, "{dir}"), StringComparison.Ordinal)
                && line.EndsWith(Text(one, "message")!.Replace(check.Folder, "{dir}"), StringComparison.Ordinal)));
        }

        static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
    }

    [Fact]
    public void What_is_wrong_between_sections_has_its_section_and_key()
    {
        var check = Check("""
            [supervisord]
            user=65534
            forward_signals=HUP:web2
            [program:web]
            command=/no/such/command
            user=root
            healthcheck=command:/no/such/probe
            stop_command=sh -c "x
            """, "--json");
        Assert.Equal(ExitStatus.Exited(2), check.WaitForExit());
        var json = JsonDocument.Parse(check.Output.ToString()).RootElement;
        Assert.Equal(["supervisord.forward_signals: forward_signals names unknown program or group web2",
            "program:web.stop_command: invalid 'stop_command' value 'sh -c \"x': No closing quotation"], Told("errors"));
        Assert.Equal(["program:web.command: can't find command '/no/such/command'", "program:web.user: couldn't setuid to 0: Can't drop privilege as nonroot user",
            "program:web.healthcheck: can't find command '/no/such/probe'"], Told("warnings"));

        string[] Told(string name) => [.. json.GetProperty(name).EnumerateArray()
            .Select(one => $"{one.GetProperty("section")}.{one.GetProperty("key")}: {one.GetProperty("message")}")];
    }

    [Fact]
    public void Without_root_another_user_of_a_program_is_what_its_start_would_fail_of()
    {
        const string Config = "[supervisord]\n[program:own]\ncommand=/bin/cat\nuser=65534\n[program:other]\ncommand=/bin/cat\nuser=root\nstartretries=0\n";
        string[] nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"];
        var check = Check(Config, "init", ["check"], nobody, "--strict");
        Assert.Equal(ExitStatus.Exited(2), check.WaitForExit());
        Assert.Equal("{dir}/supervisord.conf:7: warning: couldn't setuid to 0: Can't drop privilege as nonroot user", Shown(check, check.Error).TrimEnd('\n'));
        var daemon = Check(Config, "init", [], nobody);
        daemon.WaitForErrorLine("couldn't setuid to 0: Can't drop privilege as nonroot user");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void Its_options_are_unknown_without_it()
    {
        foreach (var option in new[] { "--strict", "--json" })
        {
            var daemon = Check(Good, "supervisord", ["-n"], [], option);
            Assert.Equal(ExitStatus.Exited(2), daemon.WaitForExit());
            Assert.StartsWith($"Error: option {option} not recognized\n", daemon.Error.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_plan_of_the_stop_is_the_one_that_is_carried_out()
    {
        const string Config = """
            [supervisord]
            stop_budget=7
            [program:a]
            command=/bin/sleep 600
            [program:b]
            command=/bin/sleep 600
            depends_on=a
            [program:c]
            command=/bin/sleep 600
            priority=5
            stopwaitsecs=2
            """;
        var check = Check(Config);
        Assert.Equal(ExitStatus.Exited(0), check.WaitForExit());
        var daemon = Start(new Launch { Config = Config });
        daemon.WaitForLine("success: b ");
        daemon.WaitForLine("success: c ");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        var carriedOut = daemon.WaitForLine("stopping within 7 s: (.*)").Groups[1].Value;
        Assert.Matches(@"^b \(2\.\d s\), then a \(2\.\d s\), then c \(2 s\)$", carriedOut);
        Assert.Contains($"stop: {carriedOut}; all within 7 s (stop_budget)", check.Output.ToString(), StringComparison.Ordinal);
    }
}
