using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Seeing;

/// <summary>`supervisorctl why`, on the binary: what has happened to real programs, in words.</summary>
public sealed class WhyTests(ITestOutputHelper output) : DaemonTest(output)
{
    internal const string Head = """
        [unix_http_server]
        file={dir}/s.sock
        [supervisord]
        logfile={dir}/s.log
        pidfile={dir}/s.pid
        childlogdir={dir}
        [rpcinterface:supervisor]
        supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
        [supervisorctl]
        serverurl=unix://{dir}/s.sock

        """;

    [Theory]
    [InlineData("")]
    [InlineData("stderr_logfile=NONE")]
    [InlineData("redirect_stderr=true")]
    public void A_crash_is_told_with_its_status_and_its_last_words(string keys)
    {
        var daemon = Run($"[program:crash]\ncommand=sh -c 'seq 12 >&2; exit 3'\nstartsecs=0\nautorestart=false\n{keys}\n");
        daemon.WaitForLine("exited: crash");
        var why = Why(daemon, "crash");
        InOrder(why, "crash: EXITED, ", "STARTING  started at boot (autostart)", "RUNNING   it runs (startsecs=0)", "EXITED    exited with status 3 (not expected)",
            "last run: ", "last lines of stderr, when it failed at ", "  | 3\n", "  | 12\n");
        Assert.DoesNotContain("| 2\n", why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stop_by_hand_of_one_that_is_just_being_restarted_is_told()
    {
        var daemon = Run("""
            [program:old]
            command=sh -c 'trap "" TERM; while :; do sleep .1; done'
            startsecs=0
            max_age=1
            stopwaitsecs=3
            """);
        daemon.WaitUntil(() => Why(daemon, "old").Contains("stopped to be restarted", StringComparison.Ordinal), "it is being restarted");
        Ctl(daemon, 0, "stop", "old");
        InOrder(Why(daemon, "old"), "old: STOPPED, ", "STOPPING  stopped to be restarted: ", "STOPPING  stopped by request, and not to be restarted", "STOPPED   ");
    }

    [Fact]
    public void A_kill_from_outside_one_by_request_and_one_of_ours_are_told_apart()
    {
        var daemon = Run("""
            [program:one]
            command=sleep 600
            startsecs=0
            autorestart=true
            [program:stubborn]
            command=sh -c 'trap "" TERM; echo up; while :; do sleep .1; done'
            startsecs=0
            stopwaitsecs=1
            """);
        daemon.WaitForLine("success: one");
        daemon.Kill("one", Signum.SIGKILL);
        Assert.True(Eventually.Holds(() => Why(daemon, "one").Contains("restarted by autorestart", StringComparison.Ordinal)), Why(daemon, "one"));
        Ctl(daemon, 0, "signal", "KILL", "one");
        Assert.True(Eventually.Holds(() => Why(daemon, "one").Contains("sent by request", StringComparison.Ordinal)), Why(daemon, "one"));
        InOrder(Why(daemon, "one"), "EXITED    killed by SIGKILL, not sent by us (not expected)", "STARTING  restarted by autorestart",
            "EXITED    killed by SIGKILL, sent by request (not expected)", "STARTING  restarted by autorestart", "restarts: 2, failed starts: 0", "now: 1 process, ");
        Assert.True(Eventually.Holds(() => Ctl(daemon, 0, "tail", "stubborn").Contains("up", StringComparison.Ordinal)));
        Ctl(daemon, 0, "stop", "stubborn");
        InOrder(Why(daemon, "stubborn"), "STOPPING  stopped by request", "STOPPED   killed by SIGKILL by us after stopwaitsecs");
    }

    [Fact]
    public void A_start_that_fails_and_what_depends_on_it_are_told()
    {
        var daemon = Run("""
            [program:db]
            command=sh -c 'echo "no data" >&2; exit 1'
            startretries=1
            [program:missing]
            command=/nonexistent
            startretries=0
            [program:web]
            command=sleep 600
            depends_on=db
            """);
        daemon.WaitForLine("gave up: web");
        InOrder(Why(daemon, "d*"), "BACKOFF   failed start 1: exited with status 1 within startsecs (1 s)", "STARTING  started again after a failed start",
            "BACKOFF   failed start 2: exited with status 1 within startsecs (1 s)", "FATAL     gave up after 1 retry", "restarts: 1, failed starts: 2", "| no data");
        InOrder(Why(daemon, "missing"), "BACKOFF   failed start 1: can't find command '/nonexistent'", "FATAL     gave up without a retry (startretries=0)");
        InOrder(Why(daemon, "web"), "STOPPED   its start waits for db:ready", "FATAL     it depends on db, which is FATAL");
        Assert.Equal("nobody: ERROR (no such process)\n", Ctl(daemon, 1, "why", "nobody"));
    }

    [Fact]
    public void A_kill_by_the_kernel_for_want_of_memory_is_told()
    {
        var daemon = Start(new Launch
        {
            Place = Place.Container,
            EngineOptions = ["--memory", "64m", "--memory-swap", "64m"],
            // A line without an end, which tail keeps whole.
            Config = Head + "[program:eater]\ncommand=tail /dev/zero\nstartsecs=0\nautorestart=false\n[program:other]\ncommand=sleep 600\nstartsecs=0\nautorestart=false\n",
        });
        daemon.WaitForLine("exited: eater \\(terminated by SIGKILL; not expected\\)");
        InOrder(Why(daemon, "eater"), "EXITED    killed by SIGKILL, not sent by us: out of memory? The kernel has counted an oom_kill (not expected)");
        daemon.Kill("other", Signum.SIGKILL);
        daemon.WaitForLine("exited: other");
        InOrder(Why(daemon, "other"), "EXITED    killed by SIGKILL, not sent by us (not expected)");
    }

    [Fact]
    public void Another_server_does_not_know_why()
    {
        var daemon = Start(new Launch
        {
            Implementation = Implementation.Debian,
            Program = "supervisord",
            Arguments = ["-n", "-c", "{dir}/supervisord.conf"],
            Config = Head + "[program:one]\ncommand=sleep 600\nstartsecs=0\n",
        });
        daemon.WaitForLine("success: one");
        Assert.Equal("ERROR: this server does not know why (it has no init.getProcessHistory, which is Init's own)\n", Ctl(daemon, 1, "why", "one"));
    }

    private Daemon Run(string programs)
    {
        var daemon = Start(new Launch { Program = "supervisord", Arguments = ["-n", "-c", "{dir}/supervisord.conf"], Config = Head + programs });
        daemon.WaitUntil(() => File.Exists(daemon.PathOf("s.sock")), "clients can connect");
        return daemon;
    }

    private static string Why(Daemon daemon, string name) => Ctl(daemon, 0, "why", name);

    private static string Ctl(Daemon daemon, int status, params string[] words)
    {
        using var client = Child.Start(
            [Implementation.Ours.PathOf("supervisorctl"), "-c", daemon.PathOf("supervisord.conf"), .. words], Streams.Pipes, daemon.Folder, Child.PlainEnvironment());
        var exit = client.WaitForExit(Eventually.Patience) ?? throw daemon.Failure($"{client.Command} has not ended");
        Assert.Equal((ExitStatus.Exited(status), ""), (exit, client.Error.ToString()));
        return client.Output + "\n";
    }

    private static void InOrder(string text, params string[] parts)
    {
        var from = 0;
        foreach (var part in parts)
        {
            var at = text.IndexOf(part, from, StringComparison.Ordinal);
            Assert.True(at >= 0, $"not there in this order: {part}\n{text}");
            from = at + part.Length;
        }
    }
}
