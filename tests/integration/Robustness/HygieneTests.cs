using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Robustness;

/// <summary>What a program inherits, and what the daemon keeps.</summary>
public sealed class HygieneTests(ITestOutputHelper output) : DaemonTest(output)
{
    // Blocks and ignores all that can be, and leaves descriptors open that are not closed on exec.
    private static readonly string[] _hostileParent =
    [
        "perl", "-MPOSIX", "-e",
        "$^F = 1000; open $a, '<', '/etc/passwd'; open $b, '<', '/etc/hosts'; POSIX::dup2(fileno $a, 300); "
        + "$SIG{$_} = 'IGNORE' for qw(PIPE XFSZ USR1 TSTP); POSIX::sigprocmask(SIG_BLOCK, POSIX::SigSet->new(1 .. 31)); exec @ARGV",
    ];

    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public void A_program_starts_with_clean_signals_and_three_descriptors(Place place, bool terminal)
    {
        // L-037..L-039; SIGPIPE and SIGXFSZ are default again, unlike under Python.
        var daemon = Start(new Launch
        {
            Place = place,
            Streams = terminal ? Streams.Terminal : Streams.Pipes,
            Wrapper = place == Place.Container ? [] : _hostileParent,
            Config = """
                [supervisord]
                [program:simple]
                command={fixtures}/describe ignored
                stdout_logfile={dir}/simple
                startsecs=0
                autorestart=false
                [program:prepared]
                command={fixtures}/describe ignored
                stdout_logfile={dir}/prepared
                user=nobody
                umask=077
                directory=/usr
                startsecs=0
                autorestart=false
                """,
        });
        daemon.WaitForLine(@"exited: (simple|prepared) \(exit status 0; expected\)", 2);
        foreach (var (program, facts) in new[] { ("simple", Array.Empty<string>()), ("prepared", ["umask 0077", "uid 65534 gid 65534 groups 65534", "cwd /usr"]) })
        {
            var said = daemon.Read(program).Split('\n');
            foreach (var fact in facts.Concat(["blocked 0000000000000000", "ignored 0000000000000000", "group own", "session other", "fd 0 pipe:", "fd 1 pipe:", "fd 2 pipe:", "described"]))
                Assert.Contains(fact, said);
            Assert.DoesNotContain(said, line => line.Contains("leaked", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_program_of_another_user_can_open_dev_stdout()
    {
        // Under Supervisor the pipe belongs to root: EACCES (L-046).
        var daemon = Start(new Launch
        {
            Config = """
                [supervisord]
                [program:nobody]
                command=sh -c "echo by name > /dev/stdout; echo by another name > /dev/stderr; exec sleep 600"
                user=nobody
                """,
        });
        daemon.WaitForLine("by name$");
        daemon.WaitForErrorLine("by another name$");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Dropping_root_keeps_dev_stdout(bool terminal)
    {
        // Opening it by name would be refused: it belongs to root. And no maxbytes=0 is needed (L-134, L-136).
        var daemon = Start(new Launch
        {
            Program = "supervisord",
            Place = Place.Unshare,
            Streams = terminal ? Streams.Terminal : Streams.Pipes,
            Config = """
                [supervisord]
                user=nobody
                nodaemon=true
                silent=true
                logfile=/dev/stdout
                pidfile={dir}/supervisord.pid
                [program:talks]
                command=sh -c "echo out; echo err >&2; exec sleep 600"
                stdout_logfile=/dev/stdout
                stderr_logfile=/dev/stderr
                """,
        });
        daemon.WaitForLine("INFO Set uid to user 65534 succeeded");
        daemon.WaitForLine("^out$");
        if (terminal)
            daemon.WaitForLine("^err$");
        else
            daemon.WaitForErrorLine("^err$");
        daemon.WaitForLine("success: talks");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains(" CRIT ", StringComparison.Ordinal));
    }

    [Fact]
    public void An_idle_daemon_does_not_wake_up()
    {
        var daemon = Start(new Launch
        {
            Config = """
                [supervisord]
                logfile={dir}/supervisord.log
                [program:sleeps]
                command=sleep 600
                process_name=%(program_name)s%(process_num)d
                numprocs=5
                [eventlistener:waits]
                command={fixtures}/act 'READY\n'
                events=PROCESS_STATE,PROCESS_LOG,REMOTE_COMMUNICATION
                """,
        });
        daemon.WaitForLine("success: ", 6);
        // Half a second after the last that happened it gives back what the start needed.
        var (before, since) = ("", 0L);
        daemon.WaitUntil(
            () =>
            {
                if (Switches(daemon.Pid) is var now && now != before)
                    (before, since) = (now, Environment.TickCount64);
                return Environment.TickCount64 - since > 1000;
            },
            "it has come to rest");
        // No voluntary switch in any thread means no system call that waited, hence none at all.
        Assert.False(Eventually.Holds(() => Switches(daemon.Pid) != before, TimeSpan.FromSeconds(10)), $"{before}\nhas become\n{Switches(daemon.Pid)}");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void Six_hundred_restarts_leave_no_descriptor_and_no_zombie_behind()
    {
        // A hundred programs that each need six tries: one that dies at once for ever is slowed down.
        var daemon = Start(new Launch
        {
            Config = """
                [supervisord]
                [program:tries]
                command=sh -c "echo out; echo err >&2; echo x >> %(here)s/tries-%(process_num)d; exit $(( $(wc -l < %(here)s/tries-%(process_num)d) %% 6 ))"
                process_name=%(program_name)s%(process_num)d
                numprocs=100
                startsecs=0
                [program:unspawnable]
                command=/nonexistent
                startretries=0
                """,
        });
        daemon.WaitForLine(@"exited: tries\d+ \(exit status 0; expected\)", 100, TimeSpan.FromSeconds(60));
        var before = Files(daemon);
        daemon.Signal(Signum.SIGHUP);
        daemon.WaitForLine(@"exited: tries\d+ \(exit status 0; expected\)", 200, TimeSpan.FromSeconds(60));
        daemon.WaitUntil(() => Files(daemon).Count == before.Count, $"as many descriptors as before: {string.Join(", ", before)}");
        Assert.Empty(ProcessTable.ChildrenOf(daemon.Pid));
        Assert.True(daemon.Output.Lines.Count(line => line.Contains("spawned: 'tries", StringComparison.Ordinal)) == 1200);
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    private static IReadOnlyList<string> Files(Daemon daemon) => new ProcessEntry(daemon.Pid).OpenFiles;

    private static string Switches(int pid) => string.Join('\n',
        from task in Directory.EnumerateDirectories($"/proc/{pid}/task").Order()
        from line in File.ReadLines(task + "/status")
        where line.StartsWith("Name:", StringComparison.Ordinal) || line.Contains("voluntary_ctxt_switches", StringComparison.Ordinal)
        select line);
}
