using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Order;

/// <summary>depends_on and oneshot, on the binary: the log tells who was started and stopped when.</summary>
public sealed partial class DependencyTests(ITestOutputHelper output) : ControlledTest(output)
{
    [Fact]
    public void Each_is_started_when_what_it_needs_holds_and_stopped_before_it()
    {
        // Their priorities say the opposite, on purpose.
        var daemon = Run("""
            [program:worker]
            command=sleep 600
            priority=1
            depends_on=redis,migrate:completed
            [program:migrate]
            command=sh -c 'sleep .3'
            priority=2
            oneshot=true
            depends_on=redis
            [program:watcher]
            command=sleep 600
            priority=3
            depends_on=redis:started
            [program:redis]
            command=sleep 600
            priority=4
            """);
        daemon.WaitForLine("success: worker");
        InOrder(daemon, "spawned: 'redis'", "spawned: 'watcher'", "success: redis", "spawned: 'migrate'", "exited: migrate", "spawned: 'worker'");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        InOrder(daemon, "stopped: worker", "stopped: redis");
        InOrder(daemon, "stopped: watcher", "stopped: redis");
    }

    [Fact]
    public void While_it_waits_it_says_what_for()
    {
        var daemon = Run("""
            [program:worker]
            command=sleep 600
            depends_on=redis
            [program:redis]
            command=sleep 600
            startsecs=600
            autostart=false
            """);
        daemon.WaitForLine("spawned: 'redis'"); // which would not start by itself
        Assert.Matches(@"(?m)^worker +STOPPED +waiting for redis:ready$", Ctl(daemon, 3, "status"));
        Assert.Equal("worker: stopped\n", Ctl(daemon, 0, "stop", "worker"));
        Assert.Matches(@"(?m)^worker +STOPPED +Not started$", Ctl(daemon, 3, "status"));
    }

    [Theory]
    [InlineData("command=/nonexistent\nstartretries=0", "ready", "it depends on base, which is FATAL")]
    [InlineData("command=sh -c 'exit 3'\noneshot=true", "ready", "it depends on base, which ended with exit status 3")]
    [InlineData("command=sh -c 'exit 3'\noneshot=true", "completed", "it depends on base, which ended with exit status 3")]
    public void What_can_never_hold_is_not_waited_for(string keys, string condition, string reason)
    {
        var daemon = Run($"[program:base]\n{keys}\n[program:one]\ncommand=sleep 600\ndepends_on=base:{condition}\n[program:two]\ncommand=sleep 600\ndepends_on=one\n");
        daemon.WaitForLine($"gave up: one entered FATAL state, {reason}");
        daemon.WaitForLine("gave up: two entered FATAL state, it depends on one, which is FATAL");
        Assert.Contains(reason, Ctl(daemon, 3, "status", "one"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_start_by_hand_starts_what_it_needs_and_waits_for_it()
    {
        var daemon = Run("""
            [program:worker]
            command=sleep 600
            autostart=false
            depends_on=web:*
            [program:web]
            command=sleep 600
            process_name=web_%(process_num)d
            numprocs=2
            autostart=false
            depends_on=flaky
            [program:flaky]
            command=sh -c 'test -e {dir}/there && exec sleep 600'
            autostart=false
            startretries=0
            """);
        daemon.WaitForLine("supervisord started");
        Assert.StartsWith("worker: ERROR (spawn error)", Ctl(daemon, 7, "start", "worker"), StringComparison.Ordinal);
        File.WriteAllText(daemon.PathOf("there"), "");
        Assert.Equal("worker: started\n", Ctl(daemon, 0, "start", "worker"));
        InOrder(daemon, "success: flaky", "spawned: 'web_0'", "success: web_0", "spawned: 'worker'", "success: worker");
        daemon.WaitForLine("success: web_1");
    }

    [Fact]
    public void A_start_that_waits_for_what_somebody_stops_is_told_so_and_waits_on()
    {
        var daemon = Run("""
            [program:worker]
            command=sleep 600
            autostart=false
            depends_on=redis
            [program:redis]
            command=sleep 600
            autostart=false
            startsecs=600
            """);
        daemon.WaitForLine("supervisord started");
        using var start = Child.Start([Implementation.Ours.PathOf("supervisorctl"), "-c", daemon.PathOf("supervisord.conf"), "start", "worker"]);
        daemon.WaitForLine("spawned: 'redis'");
        Assert.Equal("redis: stopped\n", Ctl(daemon, 0, "stop", "redis"));
        Assert.Equal(ExitStatus.Exited(7), start.WaitForExit(Eventually.Patience));
        Assert.Contains("worker: ERROR (abnormal termination)", start.Output.ToString(), StringComparison.Ordinal);
        Assert.Matches(@"(?m)^worker +STOPPED +waiting for redis:ready$", Ctl(daemon, 3, "status"));
    }

    [Fact]
    public void A_restart_of_ours_starts_what_is_needed_and_does_not_run()
    {
        var daemon = Run("""
            [program:worker]
            command=sleep 600
            depends_on=redis
            max_age=2
            [program:redis]
            command=sleep 600
            """);
        daemon.WaitForLine("success: worker");
        Assert.Equal("redis: stopped\n", Ctl(daemon, 0, "stop", "redis"));
        daemon.WaitForLine("success: redis", 2);
        daemon.WaitForLine("success: worker", 2);
    }

    [Fact]
    public void Also_a_restart_waits_for_it()
    {
        var daemon = Run("""
            [program:worker]
            command=sleep 600
            autorestart=true
            depends_on=redis
            [program:redis]
            command=sleep 600
            """);
        daemon.WaitForLine("success: worker");
        Assert.Equal("redis: stopped\n", Ctl(daemon, 0, "stop", "redis")); // whoever does that by hand means it
        daemon.Kill("worker", Signum.SIGKILL);
        daemon.WaitForLine("exited: worker");
        daemon.WaitUntil(() => Ctl(daemon, null, "status", "worker").Contains("EXITED    waiting for redis:ready", StringComparison.Ordinal), "it waits");
        Assert.Equal("redis: started\n", Ctl(daemon, 0, "start", "redis"));
        daemon.WaitForLine("success: worker", 2);
    }

    [Fact]
    public void What_waits_for_its_restart_can_be_stopped()
    {
        var daemon = Run("[program:worker]\ncommand=sleep 600\nautorestart=true\ndepends_on=redis\n[program:redis]\ncommand=sleep 600\n");
        daemon.WaitForLine("success: worker");
        Ctl(daemon, 0, "stop", "redis");
        daemon.Kill("worker", Signum.SIGKILL);
        daemon.WaitUntil(() => Ctl(daemon, null, "status", "worker").Contains("waiting for", StringComparison.Ordinal), "it waits");
        Assert.Equal("worker: stopped\n", Ctl(daemon, 0, "stop", "worker"));
        Ctl(daemon, 0, "start", "redis");
        Assert.Contains("worker                           STOPPED", Ctl(daemon, 3, "status", "worker"), StringComparison.Ordinal);
        Assert.Single(daemon.Output.Lines, line => line.Contains("spawned: 'worker'", StringComparison.Ordinal));
    }

    [Fact]
    public void A_start_of_all_keeps_the_order_although_all_was_there_before()
    {
        var daemon = Run("[program:api]\ncommand=sleep 600\ndepends_on=migrate\n[program:migrate]\ncommand=sleep .5\noneshot=true\n");
        daemon.WaitForLine("success: api");
        Ctl(daemon, null, "restart", "all");
        daemon.WaitForLine("exited: migrate", 2);
        InOrder(daemon, "stopped: api", "spawned: 'migrate'", "exited: migrate", "spawned: 'api'");
    }

    [Fact]
    public void Whoever_gives_up_waiting_for_a_start_leaves_nothing_behind()
    {
        var daemon = Run("[program:api]\ncommand=sleep 600\nautostart=false\ndepends_on=migrate\n[program:migrate]\ncommand=sleep 600\noneshot=true\n");
        daemon.WaitForLine("success: migrate");
        Ctl(daemon, null, "status"); // the first connection brings what all of them need
        var before = Directory.GetFiles($"/proc/{daemon.Pid}/fd").Length;
        for (var i = 0; i < 20; i++)
            Child.Run("sh", "-c", $"timeout 0.3 {Implementation.Ours.PathOf("supervisorctl")} -c {daemon.PathOf("supervisord.conf")} start api; true");
        daemon.WaitUntil(() => Directory.GetFiles($"/proc/{daemon.Pid}/fd").Length <= before + 1, "the connections are gone");
        Assert.Contains("waiting for migrate:ready", Ctl(daemon, 3, "status", "api"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_comes_back_is_started_for_those_that_wait_and_nothing_else_is()
    {
        var daemon = Run("""
            [program:worker]
            command=sleep 600
            depends_on=cache
            [program:cache]
            command=sleep 600
            autostart=false
            [program:stopped]
            command=sleep 600
            [program:late]
            command=sleep 600
            depends_on=stopped
            autostart=false
            """);
        daemon.WaitForLine("success: worker");
        Ctl(daemon, 0, "stop", "worker", "cache", "stopped");
        Ctl(daemon, 0, "remove", "cache");
        using var waiting = Child.Start([Implementation.Ours.PathOf("supervisorctl"), "-c", daemon.PathOf("supervisord.conf"), "start", "worker"]);
        daemon.WaitUntil(() => Ctl(daemon, null, "status", "worker").Contains("waiting for cache:ready", StringComparison.Ordinal), "it waits");
        Assert.Equal("cache: added process group\n", Ctl(daemon, 0, "add", "cache"));
        Assert.Equal(ExitStatus.Exited(0), waiting.WaitForExit(TimeSpan.FromSeconds(30)));
        InOrder(daemon, "success: cache", "spawned: 'worker'");
        Assert.Contains("stopped                          STOPPED", Ctl(daemon, 3, "status"), StringComparison.Ordinal);
        Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains("already running", StringComparison.Ordinal));
    }

    [Fact]
    public void It_holds_for_what_an_update_brings()
    {
        var daemon = Run("[include]\nfiles={dir}/more.ini\n[program:redis]\ncommand=sleep 600\nautostart=false\n");
        daemon.WaitForLine("supervisord started");
        File.WriteAllText(daemon.PathOf("more.ini"), "[program:worker]\ncommand=sleep 600\ndepends_on=redis,cache\n[program:cache]\ncommand=sleep 600\n");
        Assert.Contains("worker: added process group\n", Ctl(daemon, 0, "update"), StringComparison.Ordinal);
        daemon.WaitForLine("success: worker");
        InOrder(daemon, "success: redis", "spawned: 'worker'");
        File.WriteAllText(daemon.PathOf("more.ini"), "[program:worker]\ncommand=sleep 600\ndepends_on=nosuch\n");
        Assert.Contains("depends_on names unknown program or group nosuch", Ctl(daemon, 1, "reread"), StringComparison.Ordinal);
    }

    [Fact]
    public void With_exit_on_a_failed_oneshot_is_the_end_with_its_status()
    {
        var daemon = Run("[program:migrate]\ncommand=sh -c 'exit 4'\noneshot=true\nexit_on=failure\n[program:api]\ncommand=sleep 600\ndepends_on=migrate\n");
        Assert.Equal(ExitStatus.Exited(4), daemon.WaitForExit());
        Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains("spawned: 'api'", StringComparison.Ordinal));
    }

    [Fact]
    public void A_thousand_programs_start_in_an_order_that_is_right()
    {
        const int count = 1000;
        const int seed = 20261121;
        var random = new Random(seed);
        var needs = Enumerable.Range(0, count).Select(n => Enumerable.Range(0, n == 0 ? 0 : random.Next(4)).Select(_ => random.Next(n)).Distinct().ToArray()).ToArray();
        var text = new StringBuilder();
        foreach (var n in Enumerable.Range(0, count).OrderBy(_ => random.Next()))
            text.Append(CultureInfo.InvariantCulture, $"[program:p{n}]\ncommand=/bin/sleep 600\nstartsecs=0\nstdout_logfile=NONE\nstderr_logfile=NONE\n")
                .Append(needs[n].Length == 0 ? "" : $"depends_on={string.Join(',', needs[n].Select(need => $"p{need}"))}\n");
        var daemon = Run(text.ToString());
        daemon.WaitForLine("success: p", count);
        var at = new Dictionary<string, int>();
        var lines = daemon.Output.Lines.ToList();
        for (var i = 0; i < lines.Count; i++)
            if (Event().Match(lines[i]) is { Success: true } match)
                at[match.Value] = i;
        for (var n = 0; n < count; n++)
            foreach (var need in needs[n])
                Assert.True(at[$"success: p{need} "] < at[$"spawned: 'p{n}'"], $"seed {seed}: p{n} was started before p{need} was ready");
        var took = Time(lines[at.Values.Max()]) - Time(lines.First(line => line.Contains("supervisord started", StringComparison.Ordinal)));
        Assert.True(took < TimeSpan.FromSeconds(5), $"it took {took}");

        daemon.Stop();
        lines = [.. daemon.Output.Lines];
        at = lines.Index().Where(line => line.Item.Contains("stopped: p", StringComparison.Ordinal))
            .ToDictionary(line => Regex.Match(line.Item, @"p\d+").Value, line => line.Index);
        for (var n = 0; n < count; n++)
            foreach (var need in needs[n])
                Assert.True(at[$"p{n}"] < at[$"p{need}"], $"seed {seed}: p{need} was stopped before p{n}");

        static TimeSpan Time(string line) => TimeSpan.ParseExact(line[11..23], @"hh\:mm\:ss\,fff", CultureInfo.InvariantCulture);
    }

    /// <summary>The last such line of each is after that of the one before.</summary>
    private static void InOrder(Daemon daemon, params string[] lines)
    {
        foreach (var line in lines)
            daemon.WaitForLine(Regex.Escape(line));
        var all = daemon.Output.Lines.ToList();
        var places = lines.Select(line => all.FindLastIndex(other => other.Contains(line, StringComparison.Ordinal))).ToList();
        Assert.True(places.Order().SequenceEqual(places), $"in another order:\n{string.Join('\n', all)}");
    }

    [GeneratedRegex(@"success: p\d+ |spawned: 'p\d+'")]
    private static partial Regex Event();
}
