using System.Globalization;
using System.Text.RegularExpressions;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Stopping;

/// <summary>restart_backoff: longer and longer waits, and a log that is not filled by a program that keeps dying.</summary>
public sealed class RestartBackoffTests(ITestOutputHelper output) : StoppingTest(output)
{
    [Fact]
    public void It_waits_longer_each_time_and_says_a_crash_loop_once()
    {
        var daemon = Run("""
            [program:worker]
            command=sh -c "date +%%s.%%N >> {dir}/starts; exit 3"
            startsecs=0
            autorestart=true
            restart_backoff=0.4..1.6
            """);
        daemon.WaitUntil(() => daemon.Read("starts").Split('\n').Length > 7, "seven starts");
        var starts = daemon.Read("starts").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => double.Parse(line, CultureInfo.InvariantCulture)).ToList();
        var waits = starts.Zip(starts.Skip(1), (one, next) => next - one).Take(6).ToList();
        foreach (var (wait, least) in waits.Zip([0.4, 0.8, 1.6, 1.6, 1.6, 1.6]))
            Assert.InRange(wait, least - 0.02, least + 1.5);
        Assert.Single(daemon.Output.Lines, line => Regex.IsMatch(line,
            @"WARN worker is in a crash loop: 4 ends in the last minute, last by exit status 3; next try in 1\.6 s$"));
        Assert.Equal(3, daemon.Output.Lines.Count(line => line.Contains("exited: worker", StringComparison.Ordinal)));
        Assert.Equal(4, daemon.Output.Lines.Count(line => line.Contains("spawned: 'worker'", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_end_of_a_crash_loop_is_said_and_forgets_the_wait()
    {
        var daemon = Run("""
            [program:worker]
            command=sh -c "test -e {dir}/good && exec sleep 600; exit 3"
            startsecs=0
            autorestart=true
            restart_backoff=0.2..2
            """);
        daemon.WaitForLine("worker is in a crash loop");
        File.WriteAllText(daemon.PathOf("good"), "");
        daemon.WaitForLine(@"INFO worker is out of its crash loop: it has been up for 2(\.\d)? s$");
        Assert.Matches(@"^worker +RUNNING", Ctl(daemon, 0, "status"));
        var pid = int.Parse(Regex.Match(Ctl(daemon, 0, "pid", "worker"), @"\d+").Value, CultureInfo.InvariantCulture);
        Kill(pid, Signum.SIGKILL);
        daemon.WaitForLine(@"WARN exited: worker \(terminated by SIGKILL; not expected\)$");
        daemon.WaitForLine("spawned: 'worker'", 5);
    }

    [Fact]
    public void While_it_waits_it_says_how_long_can_be_started_at_once_and_stopped()
    {
        var daemon = Run("""
            [program:worker]
            command=sh -c "test -e {dir}/good && exec sleep 600; exit 3"
            startsecs=0
            autorestart=true
            restart_backoff=60..60
            """);
        daemon.WaitForLine("exited: worker");
        Assert.Matches(@"^worker +EXITED +restarting in (60|5\d) s\n$", Ctl(daemon, 3, "status", "worker"));
        File.WriteAllText(daemon.PathOf("good"), "");
        Assert.Equal("worker: started\n", Ctl(daemon, 0, "start", "worker"));
        daemon.WaitForLine("spawned: 'worker'", 2);
        daemon.Kill("worker", Signum.SIGKILL);
        daemon.WaitForLine("exited: worker", 2);
        Assert.Equal("worker: stopped\n", Ctl(daemon, 0, "stop", "worker"));
        Assert.Matches(@"^worker +STOPPED +[A-Z][a-z][a-z] \d\d", Ctl(daemon, 3, "status", "worker"));
    }

    [Fact]
    public void A_start_that_fails_waits_in_the_same_way()
    {
        var daemon = Run("""
            [program:worker]
            command=sh -c "test -e {dir}/good && exec sleep 600; exit 3"
            startsecs=1
            restart_backoff=60..60
            """);
        daemon.WaitForLine("exited: worker");
        Assert.Matches(@"^worker +BACKOFF ", Ctl(daemon, 0, "status", "worker"));
        File.WriteAllText(daemon.PathOf("good"), "");
        Assert.Equal("worker: started\n", Ctl(daemon, 0, "start", "worker")); // it need not wait for its minute
    }
}
