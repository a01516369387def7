using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Robustness;

/// <summary>
/// Time in which we did not run, or nobody did, counts for nobody: a frozen cgroup (docker pause), a stopped process, a starved machine.
/// Everything in a pid namespace of its own is stopped and continued here, as a freezer does; where there is a freezer, by that.
/// </summary>
public sealed class AbsenceTests(ITestOutputHelper output) : DaemonTest(output)
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(4);

    [Fact]
    public void A_program_that_ended_while_we_were_stopped_never_was_RUNNING()
    {
        for (var n = 0; n < 3; n++)
        {
            var daemon = Start(new Launch { Config = "[supervisord]\n[program:x]\ncommand=sh -c \"sleep 0.4; exit 3\"\nstartretries=0\n" });
            daemon.WaitForLine("spawned: 'x'");
            daemon.Signal(Signum.SIGSTOP);
            Thread.Sleep(TimeSpan.FromSeconds(2.5));
            daemon.Signal(Signum.SIGCONT);
            daemon.WaitForLine(@"exited: x \(exit status 3; not expected\)");
            Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains("success: x", StringComparison.Ordinal));
            Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        }
    }

    [Fact]
    public void Nobody_is_judged_by_a_pause_of_the_whole_container()
    {
        var folder = Daemon.FreshFolder();
        File.WriteAllText(Path.Combine(folder, "watched.py"), """
            import os, socket, time
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            s.connect('\0' + os.environ['NOTIFY_SOCKET'][1:])
            s.send(b'READY=1')
            while True:
                s.send(b'WATCHDOG=1')
                time.sleep(0.2)
            """);
        var daemon = Start(new Launch
        {
            Place = Place.Unshare,
            Folder = folder,
            Config = """
                [supervisord]
                [program:watched]
                command=python3 -u {dir}/watched.py
                ready_when=notify
                environment=WATCHDOG_USEC="2000000"
                [program:checked]
                command=sleep 600
                healthcheck=command:sleep 0.7
                healthcheck_interval=1
                healthcheck_timeout=3
                healthcheck_retries=1
                [program:late]
                command=sh -c "i=0; while [ $i -lt 30 ]; do sleep 0.1; i=$((i+1)); done; touch {dir}/late; exec sleep 600"
                ready_when=file:{dir}/late
                ready_timeout=6
                [program:slow]
                command=sh -c "trap 'i=0; while [ $i -lt 20 ]; do sleep 0.1; i=$((i+1)); done; echo done; exit 0' TERM; while :; do sleep 0.1; done"
                stopwaitsecs=5
                """,
        });
        daemon.WaitForLine("success: watched");
        daemon.WaitForLine("success: slow");
        Pause(daemon);
        daemon.WaitForLine("success: late");
        for (var n = 0; n < 2; n++)
        {
            daemon.WaitForLine("healthy: checked");
            Pause(daemon);
        }
        daemon.Signal(Signum.SIGTERM);
        daemon.WaitForLine("received SIGTERM");
        Pause(daemon);
        daemon.WaitForLine("slow +. done");
        Assert.Equal(ExitStatus.Exited(0), daemon.WaitForExit());
        Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains("unhealthy", StringComparison.Ordinal)
            || line.Contains("restarting", StringComparison.Ordinal) || line.Contains("killing", StringComparison.Ordinal)
            || line.Contains("not ready", StringComparison.Ordinal));
    }

    /// <summary>Programs first, so that nobody runs without the other for long; the supervisor is stopped last and continued last.</summary>
    private static void Pause(Daemon daemon)
    {
        var all = daemon.Processes().Select(process => process.Pid).Reverse().ToArray();
        foreach (var pid in all)
            _ = Posix.kill(pid, (int)Signum.SIGSTOP);
        Thread.Sleep(_pause);
        foreach (var pid in all)
            _ = Posix.kill(pid, (int)Signum.SIGCONT);
    }
}
