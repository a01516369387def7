using Init.Config;
using Xunit;

namespace Init.Unit.Config;

public sealed class ProbeReaderTests
{
    private static ProcessConfig Read(string options)
    {
        using var file = new ConfigFile();
        return file.Read($"[supervisord]\n[program:web]\ncommand=/bin/true\n{options}\n").Groups[0].Processes[0];
    }

    [Theory]
    [InlineData("notify", "notify")]
    [InlineData(" NOTIFY ", "notify")]
    [InlineData("fd:3", "fd:3")]
    [InlineData("fd: 17", "fd:17")]
    [InlineData("tcp:6379", "tcp:localhost:6379")]
    [InlineData("tcp:10.0.0.1:80", "tcp:10.0.0.1:80")]
    [InlineData("tcp:[::1]:80", "tcp:[::1]:80")]
    [InlineData("tcp:redis:6379", "tcp:redis:6379")]
    [InlineData("unix:/run/x.sock", "unix:/run/x.sock")]
    [InlineData("http://localhost", "http://localhost:80/")]
    [InlineData("http://localhost:8080/up?x=1#y", "http://localhost:8080/up?x=1")]
    [InlineData("http://[::1]/up", "http://[::1]:80/up")]
    [InlineData("file:/run/ready", "file:/run/ready")]
    [InlineData("log:ready to (accept|serve)", "log:ready to (accept|serve)")]
    [InlineData("log:at 10:00: [a-z]+", "log:at 10:00: [a-z]+")]
    [InlineData("command:redis-cli -p 1 ping", "command:redis-cli -p 1 ping")]
    [InlineData("command:/bin/x %(program_name)s", "command:/bin/x web")]
    public void Every_form_is_read(string written, string read) => Assert.Equal(read, Read($"ready_when={written}").ReadyWhen!.ToString());

    [Theory]
    [InlineData("")]
    [InlineData("ready")]
    [InlineData("notify:now")]
    [InlineData("fd:2")]
    [InlineData("fd:1024")]
    [InlineData("fd:x")]
    [InlineData("tcp:")]
    [InlineData("tcp:0")]
    [InlineData("tcp:host:")]
    [InlineData("tcp:host:65536")]
    [InlineData("unix:")]
    [InlineData("http:localhost")]
    [InlineData("http://")]
    [InlineData("http://user@host/")]
    [InlineData("http://host/a b")]
    [InlineData("https://localhost/")]
    [InlineData("file:")]
    [InlineData("log:")]
    [InlineData("command:")]
    public void What_is_no_form_is_one_error_with_key_section_and_file(string written)
    {
        var error = Assert.Throws<ConfigException>(() => Read($"ready_when={written}")).Message;
        Assert.StartsWith($"invalid 'ready_when' value '{written}' in section 'program:web' (file: '", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_oneshot_is_ready_when_it_has_completed_and_not_otherwise() => Assert.StartsWith(
        "ready_when cannot be had with oneshot",
        Assert.Throws<ConfigException>(() => Read("oneshot=true\nready_when=notify")).Message, StringComparison.Ordinal);

    [Fact]
    public void What_is_said_for_all_programs_is_not_meant_for_a_oneshot_and_can_be_taken_back()
    {
        using var file = new ConfigFile();
        var groups = file.Read("""
            [supervisord]
            [program-default]
            ready_when=notify
            max_age=1d
            restart_backoff=1..2
            healthcheck=command:true
            [program:job]
            command=/bin/true
            oneshot=true
            [program:nightly]
            command=/bin/true
            schedule=0 3 * * *
            ready_when=none
            [program:checked]
            command=/bin/true
            oneshot=true
            healthcheck=command:false
            [program:old]
            command=/bin/true
            ready_when=none
            max_age=None
            restart_backoff=none
            [eventlistener:e]
            command=/bin/true
            events=TICK_5
            [program:web]
            command=/bin/true

            """).Groups;
        ProcessConfig Of(string name) => groups.Single(group => group.Name == name).Processes[0];
        Assert.Equal([null, null, null, "notify"], new[] { "job", "old", "e", "web" }.Select(name => Of(name).ReadyWhen?.ToString()));
        Assert.Equal([null, null, "command:false", "command:true"],
            new[] { "job", "nightly", "checked", "web" }.Select(name => Of(name).Healthcheck?.Probe.ToString()));
        Assert.Null(Of("old").Upkeep.MaxAge);
        Assert.Null(Of("old").RestartBackoff);
    }

    [Fact]
    public void What_is_wrong_with_an_expression_is_told() => Assert.StartsWith(
        "invalid 'ready_when' value 'log:(': ", Assert.Throws<ConfigException>(() => Read("ready_when=log:(")).Message, StringComparison.Ordinal);

    [Fact]
    public void There_is_a_minute_to_become_ready() => Assert.Equal(60, Read("").ReadyTimeout);

    [Theory]
    [InlineData("0")]
    [InlineData("x")]
    public void A_timeout_is_a_number_of_seconds(string written) =>
        Assert.Contains("invalid 'ready_timeout' value", Assert.Throws<ConfigException>(() => Read($"ready_timeout={written}")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_command_may_have_secrets_which_are_not_shown()
    {
        using var scratch = new ScratchDirectory();
        var secret = scratch["secret"];
        File.WriteAllText(secret, "hunter2 x\n");
        var probe = Assert.IsType<Probe.Command>(Assert.IsType<ReadyWhen.Probed>(Read($"ready_when=command:cli -a %(FILE_{secret})s ping").ReadyWhen).Probe);
        Assert.Equal("cli -a (masked) ping", probe.Text.Shown);
        Assert.Equal("cli -a hunter2 x ping", probe.Text.Secret!.Reveal(probe.Text.Secret.Marked));
    }

    [Theory]
    [InlineData("ready_when", "log:tok %(FILE_secret)s")]
    [InlineData("ready_when", "log:tok %(ENV_SEC)s")]
    [InlineData("ready_when", "fd:%(FILE_secret)s")]
    [InlineData("ready_when", "%(FILE_secret)s")]
    [InlineData("ready_when", "file:/run/%(FILE_secret)s")]
    [InlineData("healthcheck", "http://127.0.0.1:80/%(FILE_secret)s")]
    [InlineData("healthcheck", "tcp:%(FILE_secret)s:80")]
    [InlineData("healthcheck", "unix:/run/%(ENV_SEC)s")]
    public void Nothing_else_may_have_secrets_for_it_is_shown(string key, string text)
    {
        using var file = new ConfigFile();
        file.Write("secret", "s3cr3t\n");
        Assert.Equal($"Format string '{text}' for 'program:web.{key}' has the content of a file in it (%(FILE_...)s), which must not be shown, "
            + "as this value is in section 'program:web' (file: 'FILE')",
            file.Error($"[supervisord]\nenvironment=SEC=%(FILE_secret)s\n[program:web]\ncommand=/bin/true\n{key}={text}\n"));
    }

    [Theory]
    [InlineData("ready_when", "command:sh -c \"abc", "No closing quotation")]
    [InlineData("healthcheck", "command:sh -c 'abc", "No closing quotation")]
    [InlineData("healthcheck", @"command:sh \", "No escaped character")]
    [InlineData("stop_command", "sh -c \"x", "No closing quotation")]
    public void A_command_that_has_no_words_is_one_error_that_says_why(string key, string text, string why)
    {
        var error = Assert.Throws<ConfigException>(() => Read($"{key}={text}")).Message;
        Assert.StartsWith($"invalid '{key}' value {PythonText.Repr(text)}: {why} in section 'program:web' (file: '", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ready_when", "command:%(FILE_secret)s", "command:(masked)")]
    [InlineData("healthcheck", "command:/bin/%(FILE_secret)s x", "command:/bin/(masked) x")]
    [InlineData("stop_command", "%(ENV_SEC)s", "(masked)")]
    public void A_secret_is_not_the_file_of_a_command(string key, string text, string shown)
    {
        using var file = new ConfigFile();
        file.Write("secret", "s3cr3t\n");
        Assert.Equal($"invalid '{key}' value '{shown}': the file to execute is named by the content of another in section 'program:web' (file: 'FILE')",
            file.Error($"[supervisord]\nenvironment=SEC=%(FILE_secret)s\n[program:web]\ncommand=/bin/true\n{key}={text}\n"));
    }

    [Fact]
    public void None_may_come_by_way_of_a_variable()
    {
        using var file = new ConfigFile();
        var process = file.Read("""
            [supervisord]
            [program-default]
            ready_when=notify
            healthcheck=tcp:80
            schedule=* * * * *
            max_age=1d
            memory_max=1MB
            restart_backoff=1..2
            stop_command=/bin/quit
            [program:web]
            command=/bin/true
            ready_when=%(ENV_ABSENT|none)s
            healthcheck=%(ENV_ABSENT|none)s
            schedule=%(ENV_ABSENT|none)s
            max_age=%(ENV_ABSENT|none)s
            memory_max=%(ENV_ABSENT|None)s
            restart_backoff=%(ENV_ABSENT| none)s
            stop_command=%(ENV_ABSENT|none)s

            """).Groups[0].Processes[0];
        Assert.Equal((null, null, null, null), (process.ReadyWhen, process.Healthcheck, process.RestartBackoff, process.StopCommand));
        Assert.Equal(UpkeepConfig.None, process.Upkeep);
    }
}
