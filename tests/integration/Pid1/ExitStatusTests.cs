using System.Globalization;
using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Pid1;

/// <summary>exit_on and exit_when_done: the status is the culprit's, seen from outside the container, and the last line says why.</summary>
public sealed class ExitStatusTests(ITestOutputHelper output) : DaemonTest(output)
{
    private const string Other = "[program:other]\ncommand=sleep 600\n";

    public static TheoryData<string, string, int, string> Ends => new()
    {
        { "", "command=sh -c 'sleep .2; kill -SEGV $$'\nexit_on=failure\nstartsecs=0", 139, "program api killed by SIGSEGV" },
        { "", "command=sh -c 'sleep 1.2; exit 7'\nexit_on=failure\nstartsecs=0\nautorestart=true", 7, "program api exited with status 7" },
        { "exit_on=exit", "command=sh -c 'sleep .2; exit 0'\nstartsecs=0", 0, "program api exited with status 0" },
        { "", "command=/nonexistent\nexit_on=fatal\nstartretries=0", 127, "program api could not be started: can't find command '/nonexistent'" },
        { "", "command=/etc/hostname\nexit_on=fatal\nstartretries=0", 126, "program api could not be started: command at '/etc/hostname' is not executable" },
        { "", "command=true\nexit_on=fatal\nstartretries=0\nstartsecs=60", 1, "program api exited with status 0 again and again" },
        { "exit_on=exit", "command=sh -c 'exit 9'\nstartretries=0\nexit_on=fatal", 9, "program api exited with status 9 again and again" },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public void The_end_of_a_program_is_the_end_of_the_container(string daemonKeys, string programKeys, int status, string reason)
    {
        var daemon = Start(Container($"[supervisord]\n{daemonKeys}\n[program:api]\n{programKeys}\n{Other}"));
        Assert.Equal(ExitStatus.Exited(status), daemon.WaitForExit());
        Assert.EndsWith($" exiting {status}: {reason}", daemon.Output.Lines.Last(line => line.Length > 0), StringComparison.Ordinal);
        daemon.WaitForLine("stopped: other");
        Assert.True(daemon.Output.Lines.Count(line => line.Contains("spawned: 'api'", StringComparison.Ordinal)) <= 1, "it was started again");
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public void The_engine_s_wait_tells_it(string daemonKeys, string programKeys, int status, string reason)
    {
        var folder = Daemon.FreshFolder();
        var name = "init-test-" + Guid.NewGuid().ToString("N")[..12];
        File.WriteAllText(folder + "/supervisord.conf", $"[supervisord]\n{daemonKeys}\n[program:api]\n{programKeys}\n{Other}");
        Engine.Run("run", "--detach", "--name", name, "--network", "none", "--volume", $"{Implementation.Ours.PathOf("init")}:/sbin/init:ro",
            "--volume", $"{folder}:{folder}", Engine.Debian, "/sbin/init", "-c", folder + "/supervisord.conf");
        try
        {
            Assert.Equal(status.ToString(CultureInfo.InvariantCulture), Engine.Run("wait", name).Trim());
            Assert.Contains($" exiting {status}: {reason}", Engine.Run("logs", name), StringComparison.Ordinal);
        }
        finally
        {
            Engine.Run("rm", "--force", name);
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory] // each program's own key beats [supervisord]'s
    [InlineData("exit_on=never", "exit 3")]
    [InlineData("exit_on=failure", "exit 0")]
    [InlineData("exit_on=fatal", "exit 3")]
    public void Another_end_is_not(string key, string how)
    {
        var daemon = Start(Container($"[supervisord]\nexit_on=exit\n[program:api]\ncommand=sh -c 'sleep .2; {how}'\nstartsecs=0\nautorestart=false\n{key}\n"));
        daemon.WaitForLine("exited: api");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains("exiting", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("exit 0", "true", 0, "all programs have ended")]
    [InlineData("exit 5", "true", 5, "program one exited with status 5")]
    [InlineData("exit 0", "sh -c 'sleep .5; kill -9 $$'", 137, "program two killed by SIGKILL")]
    public void With_exit_when_done_the_last_end_is(string one, string two, int status, string reason)
    {
        var daemon = Start(Container($"""
            [supervisord]
            exit_when_done=true
            [program:one]
            command=sh -c 'sleep .1; {one}'
            startsecs=0
            autorestart=false
            [program:two]
            command={two}
            startsecs=0
            autorestart=false
            [program:never]
            command=sleep 600
            autostart=false
            """));
        Assert.Equal(ExitStatus.Exited(status), daemon.WaitForExit());
        daemon.WaitForLine($" exiting {status}: {reason}$");
    }

    [Theory]
    [InlineData("oneshot=true", "oneshot=true\ndepends_on=first:completed")]
    [InlineData("oneshot=true", "oneshot=true\ndepends_on=first")]
    [InlineData("autorestart=false\nstartsecs=0", "autorestart=false\nstartsecs=0\ndepends_on=first:completed")]
    [InlineData("oneshot=true\nstop_tree=true", "oneshot=true\ndepends_on=first")]
    public void With_exit_when_done_what_waits_for_the_end_of_another_still_runs(string first, string second)
    {
        var daemon = Start(Container($"""
            [supervisord]
            exit_when_done=true
            [program:first]
            command=sh -c 'sleep .2'
            {first}
            [program:second]
            command=sh -c 'echo second; exit 7'
            {second}
            [program:third]
            command=sh -c 'exit 9'
            oneshot=true
            depends_on=second:completed
            """));
        daemon.WaitForLine("second$");
        Assert.Equal(ExitStatus.Exited(7), daemon.WaitForExit());
        daemon.WaitForLine("exiting 7: program second exited with status 7");
    }

    [Fact]
    public void A_stop_by_hand_is_not_the_last_end()
    {
        var daemon = Start(new Launch
        {
            Config = """
                [supervisord]
                exit_when_done=true
                [unix_http_server]
                file={dir}/s.sock
                [rpcinterface:supervisor]
                supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
                [program:one]
                command=sleep 600
                """,
        });
        daemon.WaitForLine("success: one");
        Child.Run(Implementation.Ours.PathOf("supervisorctl"), "-s", $"unix://{daemon.PathOf("s.sock")}", "restart", "one");
        daemon.WaitForLine("success: one", 2);
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains("exiting", StringComparison.Ordinal));
    }

    [Fact]
    public void A_stop_from_outside_exits_0_whatever_programs_then_say()
    {
        var daemon = Start(Container("[supervisord]\nexit_on=exit\n[program:api]\ncommand=sh -c 'trap \"exit 4\" TERM; echo ready; while :; do sleep .1; done'\n"));
        daemon.WaitForLine("ready");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact] // as Kubernetes makes it
    public void As_PID_1_the_reason_is_in_the_termination_log_where_there_is_one()
    {
        var folder = Daemon.FreshFolder();
        var log = Path.Combine(folder, "termination-log");
        File.WriteAllText(log, "what was there before, which is longer than what comes now, so that a rest of it would be seen\n");
        var daemon = Start(Container("[supervisord]\n[program:api]\ncommand=sh -c 'exit 3'\nexit_on=failure\n") with
        {
            EngineOptions = ["-v", $"{log}:/dev/termination-log"],
        });
        Assert.Equal(ExitStatus.Exited(3), daemon.WaitForExit());
        Assert.Equal("exiting 3: program api exited with status 3\n", File.ReadAllText(log));
    }

    [Fact]
    public void What_TERM_finds_ending_keeps_its_status()
    {
        var daemon = Start(Container("""
            [supervisord]
            [program:api]
            command=sh -c 'sleep 1; exit 3'
            exit_on=failure
            [program:slow]
            command={fixtures}/ignore-term
            stopwaitsecs=2
            """));
        daemon.WaitForLine("stopping everything: program api exited with status 3");
        daemon.Signal(Signum.SIGTERM);
        Assert.Equal(ExitStatus.Exited(3), daemon.WaitForExit());
    }

    private static Launch Container(string config) => new() { Place = Place.Container, Config = config };
}
