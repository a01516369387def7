using System.Diagnostics;
using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Stopping;

/// <summary>stop_command: what is run in the place of the stop signal.</summary>
public sealed class StopCommandTests(ITestOutputHelper output) : StoppingTest(output)
{
    [Fact]
    public void The_next_run_waits_for_its_end_for_it_might_mean_whatever_runs()
    {
        var daemon = Run("""
            [program:old]
            command=sh -c 'echo $$ > {dir}/pid; exec sleep 600'
            startsecs=0
            stop_command=sh -c 'kill $(cat {dir}/pid); sleep 1; kill $(cat {dir}/pid) 2>/dev/null; true'
            """);
        daemon.WaitForLine("success: old");
        daemon.WaitUntil(() => daemon.Read("pid").Length > 0, "it has said its pid");
        Assert.Equal("old: stopped\nold: started\n", Ctl(daemon, 0, "restart", "old"));
        Assert.DoesNotContain("exited: old", daemon.Output.ToString(), StringComparison.Ordinal);
        Assert.Matches("(?s)stopped: old .*spawned: 'old'", daemon.Output.ToString());
    }

    [Fact]
    public void It_ends_the_program_as_its_user_with_its_variables_and_the_pid()
    {
        var daemon = Run("""
            [program:polite]
            command={fixtures}/print-signals USR2
            environment=HOW="by hand"
            user=nobody
            directory={dir}
            stop_command=sh -c "echo $HOW by $(id -un) in $(pwd) $SUPERVISOR_PROCESS_NAME; kill -USR2 $MAINPID"
            """);
        daemon.WaitForLine("ready");
        daemon.WaitForLine("success: polite");
        Assert.Equal("polite: stopped\n", Ctl(daemon, 0, "stop", "polite"));
        daemon.WaitForLine($"INFO stop_command of polite: by hand by nobody in {daemon.Folder} polite$");
        daemon.WaitForLine(@"INFO stopped: polite \(exit status 0\)$");
        Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains("got TERM", StringComparison.Ordinal));
    }

    [Fact]
    public void Why_tells_its_signal_from_ours()
    {
        var daemon = Run("""
            [program:polite]
            command=sleep 600
            stop_command=sh -c 'kill $MAINPID'
            [program:rude]
            command=sleep 600
            stop_command=false
            """);
        daemon.WaitForLine("success: polite");
        daemon.WaitForLine("success: rude");
        Ctl(daemon, 0, "stop", "all");
        Assert.Matches(@"(?m)  STOPPED   killed by SIGTERM \(stop_command\)$", Ctl(daemon, 0, "why", "polite"));
        Assert.Matches(@"(?m)  STOPPED   killed by SIGTERM \(stopsignal\)$", Ctl(daemon, 0, "why", "rude"));
    }

    [Fact]
    public void A_stop_is_over_although_somebody_starts_it_meanwhile()
    {
        var daemon = Run("[program:old]\ncommand=sleep 600\nstop_command=sh -c 'kill $MAINPID; sleep 2'\n");
        daemon.WaitForLine("success: old");
        using var stop = Child.Start([Implementation.Ours.PathOf("supervisorctl"), "-c", daemon.PathOf("supervisord.conf"), "stop", "old"]);
        daemon.WaitForLine("waiting for old to stop");
        daemon.WaitUntil(() => Ctl(daemon, null, "status", "old").Contains("STOPPED", StringComparison.Ordinal), "it is stopped");
        Assert.Equal("old: started\n", Ctl(daemon, 0, "start", "old"));
        Assert.Equal(ExitStatus.Exited(0), stop.WaitForExit(TimeSpan.FromSeconds(3)));
        Assert.Equal("old: stopped", stop.Output.ToString().Trim());
        Assert.Contains("RUNNING", Ctl(daemon, 0, "status", "old"), StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_hangs_is_said_although_SIGKILL_comes_first()
    {
        var daemon = Run("[program:polite]\ncommand=sleep 600\nstop_command=sleep 600\nstopwaitsecs=1\n");
        daemon.WaitForLine("success: polite");
        Assert.Equal("polite: stopped\n", Ctl(daemon, 0, "stop", "polite"));
        daemon.WaitForLine("WARN stop_command of polite failed: it did not end within 1 s$");
    }

    [Theory]
    [InlineData("sh -c 'echo cannot; exit 3'", "exit status 3")]
    [InlineData("/nonexistent/quit", "can't find command '/nonexistent/quit'")]
    [InlineData("sh -c 'kill -9 $$'", "terminated by SIGKILL")]
    public void If_it_fails_that_is_said_and_the_signal_is_sent_at_once(string command, string how)
    {
        var daemon = Run($"[program:polite]\ncommand={{fixtures}}/print-signals INT\nstopsignal=INT\nstop_command={command}\n");
        daemon.WaitForLine("ready");
        daemon.WaitForLine("success: polite");
        var watch = Stopwatch.StartNew();
        Assert.Equal("polite: stopped\n", Ctl(daemon, 0, "stop", "polite"));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"it took {watch.Elapsed}");
        daemon.WaitForLine($"WARN stop_command of polite failed: {how}$");
        daemon.WaitForLine("got INT");
        daemon.WaitForLine(@"INFO stopped: polite \(exit status 0\)$");
    }

    [Theory]
    [InlineData("sleep 600")] // it hangs
    [InlineData("true")] // it is of no use
    public void SIGKILL_comes_after_stopwaitsecs(string command)
    {
        var daemon = Run($"[program:deaf]\ncommand={{fixtures}}/print-signals\nstopwaitsecs=2\nstop_command={command}\n");
        daemon.WaitForLine("ready");
        daemon.WaitForLine("success: deaf");
        var watch = Stopwatch.StartNew();
        Assert.Equal("deaf: stopped\n", Ctl(daemon, 0, "stop", "deaf"));
        Assert.InRange(watch.Elapsed.TotalSeconds, 1.8, 8);
        daemon.WaitForLine(@"WARN stopped: deaf \(terminated by SIGKILL\)$");
        Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains("got TERM", StringComparison.Ordinal));
        daemon.WaitUntil(() => ProcessTable.ChildrenOf(daemon.Pid).All(process => process.State == "Z"), "the command is gone too");
    }

    [Theory]
    [InlineData(Place.Process)]
    [InlineData(Place.Container)]
    public void The_end_of_everything_runs_it_within_the_budget(Place place)
    {
        var daemon = Run("""
            [program:polite]
            command={fixtures}/print-signals USR2
            stop_command=sh -c "kill -USR2 $MAINPID"
            [program:deaf]
            command={fixtures}/print-signals
            stopwaitsecs=60
            stop_command=sleep 600
            """, "stop_budget=3\n", place);
        daemon.WaitForLine("ready", 2);
        var watch = Stopwatch.StartNew();
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(4), $"it took {watch.Elapsed}");
        daemon.WaitForLine(@"INFO stopped: polite \(exit status 0\)$");
        daemon.WaitForLine(@"WARN stopped: deaf \(terminated by SIGKILL\)$");
    }

    [Fact]
    public void One_under_way_when_the_end_comes_has_no_more_time_than_the_budget()
    {
        var daemon = Run("""
            [program:db]
            command=sh -c "trap 'echo saved; exit 0' TERM; echo ready; while :; do sleep .05; done"
            startsecs=0
            [program:web]
            command={fixtures}/ignore-term
            startsecs=0
            depends_on=db
            stop_command=sleep 600
            stopwaitsecs=30
            """, "stop_budget=4\n");
        daemon.WaitForLine(@"\| ready$");
        daemon.WaitForLine("spawned: 'web'");
        using var stop = Child.Start([Implementation.Ours.PathOf("supervisorctl"), "-c", daemon.PathOf("supervisord.conf"), "stop", "web"]);
        daemon.WaitForLine("running stop_command of web");
        var watch = Stopwatch.StartNew();
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"it took {watch.Elapsed}");
        daemon.WaitForLine(@"\| saved$");
        daemon.WaitForLine(@"INFO stopped: db \(exit status 0\)$");
        Assert.Equal(ExitStatus.Exited(0), stop.WaitForExit(TimeSpan.FromSeconds(5)));
        Assert.Equal("web: stopped", stop.Output.ToString().Trim());
    }

    [Theory]
    [InlineData(Signum.SIGTERM)]
    [InlineData(Signum.SIGHUP)]
    public void The_end_of_everything_waits_for_it_too(Signum signal)
    {
        var daemon = Run("""
            [program:old]
            command=sleep 600
            startsecs=0
            stop_command=sh -c "kill $MAINPID; sleep 1; echo cleaned >> {dir}/said"
            """);
        daemon.WaitForLine("success: old");
        daemon.Signal(signal);
        if (signal == Signum.SIGTERM)
            Assert.Equal(ExitStatus.Exited(0), daemon.WaitForExit());
        else
            daemon.WaitForLine("success: old", 2);
        Assert.Equal("cleaned\n", daemon.Read("said"));
    }

    [Fact]
    public void What_it_says_after_its_end_keeps_nobody()
    {
        var daemon = Run("""
            [program:old]
            command=sleep 600
            stop_command=sh -c 'setsid sh -c "while :; do echo flood; done" & kill $MAINPID; echo the last; exit 3'
            """);
        daemon.WaitForLine("success: old");
        Assert.Equal("old: stopped\n", Ctl(daemon, 0, "stop", "old"));
        Assert.Contains("STOPPED", Ctl(daemon, 3, "status", "old"), StringComparison.Ordinal);
    }
}
