using System.Diagnostics;
using System.Text.RegularExpressions;
using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Stopping;

/// <summary>stop_tree: whoever descends from a program ends with it, wherever it has gone, and nobody else does.</summary>
public sealed class StopTreeTests(ITestOutputHelper output) : StoppingTest(output)
{
    /// <summary>A program whose grandchild, forked twice, has a session and no variable of ours; it says where it is in NAME.far.</summary>
    private const string Far = """
        command=sh -c "(setsid env -i sh -c 'echo $$ > {dir}/%(program_name)s.far; exec sleep 600' &); while ! [ -s {dir}/%(program_name)s.far ]; do sleep .05; done; exec sleep 600"
        """;

    [Fact]
    public void A_job_that_leaves_something_behind_is_done_when_that_is_gone()
    {
        var daemon = Run("""
            [program:job]
            command=sh -c 'setsid sleep 600 & sleep .2; exit 3'
            oneshot=true
            stop_tree=true
            """, "exit_when_done=true\n");
        Assert.Equal(ExitStatus.Exited(3), daemon.WaitForExit());
        daemon.WaitForLine(@"ending what job left behind with SIGTERM: sleep");
    }

    [Fact]
    public void Restarts_are_counted_although_they_wait_for_what_was_left_behind()
    {
        var daemon = Run("""
            [program:job]
            command=sh -c 'setsid sleep 600 & exec sleep 600'
            stop_tree=true
            max_age=1
            startsecs=0
            """);
        daemon.WaitForLine("spawned: 'job'", 3);
        Assert.Matches("restarts: [2-9]", Ctl(daemon, 0, "why", "job"));
    }

    public static TheoryData<Place, string, string> Ways
    {
        get
        {
            var ways = new TheoryData<Place, string, string>();
            foreach (var place in new[] { Place.Process, Place.Unshare, Place.Container })
                foreach (var way in new[] { "stop", "crash" })
                    ways.Add(place, "init", way);
            ways.Add(Place.Process, "supervisord", "stop");
            ways.Add(Place.Process, "supervisord", "crash");
            return ways;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_grandchild_in_a_session_of_its_own_ends_with_the_program_and_the_neighbours_live(Place place, string program, string way)
    {
        var daemon = Run($"""
            [program:tree]
            {Far}
            stop_tree=true
            autorestart=false
            [program:neighbour]
            {Far}
            stop_tree=true
            [program:plain]
            {Far}
            """, program == "supervisord" ? "nodaemon=true\nlogfile={dir}/s.log\npidfile={dir}/s.pid\n" : "", place, program);
        var (far, near) = (PidIn(daemon, "tree.far"), PidIn(daemon, "neighbour.far"));
        var plain = PidIn(daemon, "plain.far");
        daemon.WaitForLine("success: tree");
        if (way == "crash")
            daemon.Kill("tree", Signum.SIGSEGV);
        else
            Assert.Equal("tree: stopped\n", Ctl(daemon, 0, "stop", "tree"));
        daemon.WaitUntil(() => !Lives(far), "the grandchild has ended");
        daemon.WaitForLine(@"INFO ending what tree left behind with SIGTERM: sleep \(\d+\)$");
        Assert.True(Lives(near));
        Assert.True(Lives(plain));
        Assert.True(Lives(daemon.PidOf("neighbour")));

        // Without stop_tree it is left, but for the sweep of a PID 1 or a subreaper.
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        Assert.False(Lives(near));
        Assert.Equal(program == "supervisord", Lives(plain));
        if (program == "supervisord")
            Kill(plain, Signum.SIGKILL);
    }

    [Fact]
    public void It_ends_with_the_exit_of_the_program_too_also_as_another_user()
    {
        var daemon = Run("""
            [program:tree]
            command=sh -c "setsid env -i setpriv --reuid 65534 --clear-groups sh -c 'echo $$ > {dir}/far; exec sleep 600' & while ! [ -s {dir}/far ]; do sleep .05; done"
            startsecs=0
            autorestart=false
            stop_tree=true
            """);
        var far = PidIn(daemon, "far");
        daemon.WaitForLine("exited: tree");
        daemon.WaitUntil(() => !Lives(far), "the grandchild has ended");
    }

    [Fact]
    public void No_start_begins_before_it_is_over()
    {
        // The one left behind takes a second to end.
        var daemon = Run("""
            [program:tree]
            command=sh -c "setsid sh -c 'trap \"sleep 1; echo over >> {dir}/log; exit\" TERM; echo $$ > {dir}/far; while :; do sleep .05; done' & echo start >> {dir}/log; exec sleep 600"
            stop_tree=true
            autorestart=true
            startsecs=0
            """);
        for (var round = 1; round <= 2; round++)
        {
            daemon.WaitUntil(() => Regex.Count(daemon.Read("log"), "start") == round, $"start {round}");
            var far = PidIn(daemon, "far");
            daemon.Kill("tree", Signum.SIGKILL);
            daemon.WaitForLine("exited: tree", round);
            daemon.WaitUntil(() => Ctl(daemon, null, "status", "tree").Contains("EXITED    waiting for the end of what it left behind", StringComparison.Ordinal)
                || !Lives(far), "it waits");
            daemon.WaitForLine("spawned: 'tree'", round + 1);
            Assert.False(Lives(far));
            File.Delete(daemon.PathOf("far"));
        }
        daemon.WaitUntil(() => Regex.Count(daemon.Read("log"), "start") == 3, "start 3");
        PidIn(daemon, "far");
        Assert.Equal("tree: stopped\ntree: started\n", Ctl(daemon, 0, "restart", "tree"));
        daemon.WaitUntil(() => Regex.Count(daemon.Read("log"), "start") == 4, "start 4");
        Assert.Equal("start over start over start over start", daemon.Read("log").Trim().Replace('\n', ' '));
    }

    [Fact]
    public void A_group_that_is_changed_waits_for_it()
    {
        var program = """
            [program:tree]
            command=sh -c "setsid sh -c 'trap \"sleep 1; echo over >> {dir}/log; exit\" TERM; echo $$ > {dir}/far; while :; do sleep .05; done' & echo start >> {dir}/log; exec sleep 600"
            stop_tree=true
            """;
        var daemon = Run("[include]\nfiles={dir}/more.ini\n[program:other]\ncommand=sleep 600\n");
        daemon.WaitForLine("success: other");
        File.WriteAllText(daemon.PathOf("more.ini"), program.Replace("{dir}", daemon.Folder, StringComparison.Ordinal));
        Ctl(daemon, 0, "update");
        PidIn(daemon, "far");
        daemon.WaitForLine("success: tree");
        File.WriteAllText(daemon.PathOf("more.ini"), program.Replace("{dir}", daemon.Folder, StringComparison.Ordinal) + "\nstartretries=7\n");
        Ctl(daemon, 0, "update");
        daemon.WaitForLine("success: tree", 2);
        Assert.Equal("start over start", daemon.Read("log").Trim().Replace('\n', ' '));
    }

    [Fact]
    public void What_ignores_the_signal_is_killed_within_stopwaitsecs_and_what_it_forks_meanwhile_too()
    {
        var daemon = Run("""
            [program:tree]
            command=sh -c "setsid sh -c 'trap \"\" TERM; echo $$ > {dir}/far; while :; do sleep .2; done' & exec sleep 600"
            stop_tree=true
            stopwaitsecs=2
            """);
        var far = PidIn(daemon, "far");
        daemon.WaitForLine("success: tree");
        var watch = Stopwatch.StartNew();
        Assert.Equal("tree: stopped\n", Ctl(daemon, 0, "stop", "tree"));
        Assert.InRange(watch.Elapsed.TotalSeconds, 1.5, 5);
        Assert.False(Lives(far));
        daemon.WaitForLine(@"WARN killing what tree left behind with SIGKILL: .*sh \(\d+\)");
        daemon.WaitForLine(@"INFO stopped: tree|WARN stopped: tree");
    }

    [Fact]
    public void The_end_of_everything_waits_for_it_within_the_budget()
    {
        var daemon = Run("""
            [program:tree]
            command=sh -c "setsid sh -c 'trap \"\" TERM; echo $$ > {dir}/far; while :; do sleep .2; done' & exec sleep 600"
            stop_tree=true
            stopwaitsecs=60
            """, "stop_budget=3\nnodaemon=true\nlogfile={dir}/s.log\npidfile={dir}/s.pid\n", Place.Process, "supervisord");
        var far = PidIn(daemon, "far");
        daemon.WaitForLine("success: tree");
        var watch = Stopwatch.StartNew();
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        Assert.InRange(watch.Elapsed.TotalSeconds, 1, 4);
        Assert.False(Lives(far));
    }

    [Fact]
    public void In_a_crash_loop_it_is_as_quiet_as_the_rest()
    {
        var daemon = Run("""
            [program:tree]
            command=sh -c "setsid sleep 600 & echo start >> {dir}/log; sleep .1; exit 1"
            stop_tree=true
            startsecs=0
            autorestart=true
            restart_backoff=0.1..1
            """);
        daemon.WaitForLine("tree is in a crash loop");
        daemon.WaitUntil(() => Regex.Count(daemon.Read("log"), "start") == 7, "start 7");
        Assert.Equal(3, daemon.Output.Lines.Count(line => line.Contains("ending what tree left behind", StringComparison.Ordinal)));
    }

    [Fact]
    public void Hundreds_of_processes_end_and_none_is_left()
    {
        var daemon = Run("""
            [program:tree]
            command=sh -c "i=0; while [ $i -lt 300 ]; do setsid sleep 600 & i=$((i+1)); done; echo ready; exec sleep 600"
            stop_tree=true
            [program:witness]
            command=sleep 600
            """);
        daemon.WaitForLine("ready");
        daemon.WaitForLine("success: tree");
        Assert.Equal("tree: stopped\n", Ctl(daemon, 0, "stop", "tree"));
        Assert.Equal(daemon.PidOf("witness"), Assert.Single(ProcessTable.ChildrenOf(daemon.Pid), process => process.State != "Z").Pid);
        daemon.WaitForLine(@"ending what tree left behind with SIGTERM: .* and 2\d\d more$");
    }
}
