using System.Text.RegularExpressions;
using Init.Integration.Control;
using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Configured;

/// <summary>Our own keys about configuration and environment, as the user of a container sees them.</summary>
public sealed class EnvironmentTests(ITestOutputHelper output) : DaemonTest(output)
{
    private const string Secret = "hunter2 'x\" %s";

    private const string Server = """
        [unix_http_server]
        file={dir}/s.sock
        username=%(ENV_CTL_USER|joe)s
        password=%(FILE_{dir}/secret)s
        [rpcinterface:supervisor]
        supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
        [supervisorctl]
        serverurl=unix://{dir}/s.sock
        username=joe
        password=%(FILE_{dir}/secret)s

        """;

    [Fact]
    public void A_secret_reaches_the_program_and_nobody_else()
    {
        var daemon = Start(Container(Server + """
            [supervisord]
            loglevel=trace
            environment=COMMON=%(FILE_{dir}/secret)s
            [program:app]
            command=sh -c 'test "$1" = "$EXPECTED" && test "$OWN" = "$EXPECTED" && test "$COMMON" = "$EXPECTED" && echo all three; exec sleep 600' app %(FILE_{dir}/secret)s
            environment=OWN=%(FILE_{dir}/secret)s
            [program:lost]
            command=/nonexistent/app %(ENV_COMMON)s
            startretries=0
            [program:unparsed]
            command=app %(FILE_{dir}/secret)s 'open
            startretries=0
            [program:nodir]
            command=sleep 600 %(FILE_{dir}/secret)s
            directory=/nonexistent
            startretries=0
            """, ("secret", Secret + "\n")) with { Environment = new Dictionary<string, string> { ["EXPECTED"] = Secret } });
        daemon.WaitForLine("all three");
        daemon.WaitForLine("gave up: nodir");
        var shown = new[]
        {
            Ctl(daemon, "status"), Ctl(daemon, "avail"), Ctl(daemon, "start", "lost"), Ctl(daemon, "start", "unparsed"),
            Ctl(daemon, "tail", "nodir", "stderr"), Ctl(daemon, "maintail", "-100000"), Ctl(daemon, "reread"), Ctl(daemon, "update"),
            Rpc(daemon, "supervisor.getAllConfigInfo"), Rpc(daemon, "supervisor.getAllProcessInfo"), Get(daemon, "/"), Get(daemon, "/?processname=lost&action=start"),
        };
        Assert.Contains("<string>/nonexistent/app (masked)</string>", shown[8]);
        Assert.Contains("can't find command '/nonexistent/app'", shown[9]);
        Assert.Contains("can't parse command \"app (masked) 'open\": No closing quotation", shown[9]);
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        foreach (var text in shown.Append(daemon.Output.ToString()).Append(daemon.Error.ToString()))
            Assert.DoesNotContain("hunter2", text);
    }

    [Theory]
    [InlineData("[program:app]\ncommand=app %(FILE_/run/secrets/none)s",
        "'app %(FILE_/run/secrets/none)s' for 'program:app.command' names file '/run/secrets/none', which cannot be read: No such file or directory in section 'program:app'")]
    [InlineData("[program:app]\ncommand=a\nstartsecs=%(FILE_{dir}/secret)s", "for 'program:app.startsecs' gives an invalid value in section 'program:app'")]
    [InlineData("[program:app]\ncommand=a\ndirectory=/%(FILE_{dir}/secret)s", "which must not be shown, as this value is in section 'program:app'")]
    [InlineData("[program:app]\ncommand=%(FILE_{dir}/secret)s",
        "the file to execute is named by the content of another in command '(masked)' in section 'program:app'")]
    [InlineData("[program:app]\ncommand=a\nready_when=log:%(FILE_{dir}/secret)s", "which must not be shown, as this value is in section 'program:app'")]
    [InlineData("[program:app]\ncommand=a\nhealthcheck=http://localhost/%(FILE_{dir}/secret)s", "which must not be shown, as this value is in section 'program:app'")]
    [InlineData("[program:app]\ncommand=a\nstop_command=sh -c \"x", "invalid 'stop_command' value 'sh -c \"x': No closing quotation in section 'program:app'")]
    [InlineData("[program-default]\nuser_env=perhaps\n[program:app]\ncommand=a", "invalid 'user_env' value 'perhaps' in section 'program-default'")]
    [InlineData("[program:app]\ncommand=a\nenvironment_file=a,,b", "invalid 'environment_file' value 'a,,b' in section 'program:app'")]
    [InlineData("[program:app]\ncommand=a\nuser=root:nosuch", "Invalid group name nosuch in section 'program:app'")]
    public void A_bad_value_is_one_line_and_status_2(string config, string error)
    {
        var daemon = Start(Launch("[supervisord]\n" + config, ("secret", Secret)));
        Assert.Equal(ExitStatus.Exited(2), daemon.WaitForExit());
        Assert.Contains(error.Replace("{dir}", daemon.Folder), Assert.Single(daemon.Error.Lines, line => line.StartsWith("Error: ", StringComparison.Ordinal)));
        Assert.DoesNotContain("hunter2", daemon.Error.ToString());
    }

    [Fact]
    public void Environment_files_are_read_anew_at_each_start_and_a_bad_one_is_a_failed_start()
    {
        var daemon = Start(Launch("""
            [supervisord]
            environment=A="daemon",B="daemon",C="daemon"
            [program-default]
            environment_file={dir}/app.env, -{dir}/%(program_name)s.local
            startsecs=0
            [program:app]
            command=sh -c 'echo "A=$A B=$B C=$C D=%(ENV_D|none)s"; until test -e {dir}/go; do sleep .05; done; rm {dir}/go'
            environment=A="own"
            autorestart=true
            startretries=20
            """, ("app.env", "A=file\nB='of the file'\n")));
        daemon.WaitForLine("A=own B=of the file C=daemon D=none");
        File.WriteAllText(daemon.PathOf("app.local"), "export B=local\nD=not expanded\n");
        File.WriteAllText(daemon.PathOf("go"), "");
        daemon.WaitForLine("A=own B=local C=daemon D=none");
        File.WriteAllText(daemon.PathOf("app.env"), "# ok\nhunter2\n");
        File.WriteAllText(daemon.PathOf("go"), "");
        daemon.WaitForLine($"spawnerr: environment file '{Regex.Escape(daemon.Folder)}/app.env': line 2 is not KEY=value");
        File.Delete(daemon.PathOf("app.env"));
        daemon.WaitForLine($"spawnerr: can't read environment file '{Regex.Escape(daemon.Folder)}/app.env': No such file or directory");
        File.WriteAllText(daemon.PathOf("app.env"), "C=again");
        daemon.WaitForLine("A=own B=local C=again D=none");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        Assert.DoesNotContain("hunter2", daemon.Output.ToString());
    }

    private const string Who = "command=sh -c 'echo $(id -u):$(id -G | tr \" \" ,) $HOME $USER $LOGNAME $SHELL; exec sleep 600'";

    [Fact]
    public void A_program_s_user_may_have_a_group_and_no_entry_and_its_own_variables()
    {
        var daemon = Start(Container($"""
            [supervisord]
            environment=HOME="/daemon"
            [program-default]
            user_env=true
            {Who}
            log_prefix=%(program_name)s
            [program:number]
            user=1234:4321
            [program:names]
            user=daemon:mail
            [program:member]
            user=daemon
            [program:root]
            user=root:50
            [program:off]
            user=1234:4321
            user_env=false
            environment=USER="u",LOGNAME="l",SHELL="s"
            """));
        foreach (var line in new[]
        {
            @"number *\| 1234:4321 / 1234 1234 /bin/sh", @"names *\| 1:8 /usr/sbin daemon daemon /usr/sbin/nologin",
            @"member *\| 1:1 /usr/sbin daemon daemon /usr/sbin/nologin", @"root *\| 0:50 /root root root /bin/bash", @"off *\| 1234:4321 /daemon u l s",
        })
            daemon.WaitForLine(line);
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Theory]
    [InlineData("1234:4321", "1234:4321 /")]
    [InlineData("daemon:mail", "1:8 /usr/sbin")]
    [InlineData("root:50", "0:50 /root")]
    public void The_daemon_s_may_too(string user, string line)
    {
        var daemon = Start(Container($"[supervisord]\nuser={user}\n[program:app]\n{Who}\nuser_env=true\n"));
        daemon.WaitForLine(Regex.Escape(line));
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    private static Launch Launch(string config, params (string Name, string Text)[] files)
    {
        var folder = Daemon.FreshFolder();
        foreach (var (name, text) in files)
            File.WriteAllText(Path.Combine(folder, name), text);
        return new() { Config = config, Folder = folder };
    }

    private static Launch Container(string config, params (string Name, string Text)[] files) => Launch(config, files) with { Place = Place.Container };

    private static string Ctl(Daemon daemon, params string[] words)
    {
        using var child = Child.Start([Implementation.Ours.PathOf("supervisorctl"), "-c", daemon.PathOf("supervisord.conf"), .. words], Streams.Pipes, daemon.Folder);
        _ = child.WaitForExit(Eventually.Patience) ?? throw daemon.Failure($"{child.Command} has not ended");
        return child.Output.ToString() + child.Error;
    }

    private static string Rpc(Daemon daemon, string method)
    {
        var body = $"<?xml version='1.0'?><methodCall><methodName>{method}</methodName><params/></methodCall>";
        return Exchange(daemon, $"POST /RPC2 HTTP/1.1\r\nContent-Type: text/xml\r\nContent-Length: {body.Length}\r\n", body);
    }

    private static string Get(Daemon daemon, string path) => Exchange(daemon, $"GET {path} HTTP/1.1\r\n", "");

    private static string Exchange(Daemon daemon, string head, string body)
    {
        var login = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("joe:" + Secret));
        using var wire = new Wire(daemon.PathOf("s.sock"));
        wire.Send($"{head}Host: x\r\nAuthorization: Basic {login}\r\n\r\n{body}");
        var reply = wire.Reply(Eventually.Patience);
        Assert.True(reply.Status is 200 or 303 or 302 or 301, reply.Head);
        return reply.Head + reply.Body;
    }
}
