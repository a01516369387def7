using System.Globalization;
using System.Text.RegularExpressions;
using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Upkeep;

/// <summary>max_age and memory_max, on the binary, with real memory.</summary>
public sealed class RestartTests(ITestOutputHelper output) : UpkeepTest(output)
{
    /// <summary>Has so many MB of its own, says so and waits.</summary>
    private const string Allocate = "python3 -c 'import sys,time; held = bytearray(range(256)) * (int(sys.argv[1]) * 4096); print(\"held\", flush=True); time.sleep(600)'";

    [Fact]
    public void Others_that_come_often_do_not_keep_a_limit_from_being_looked_at()
    {
        var daemon = Run("""
            [program-default]
            memory_max=20MB
            startsecs=0
            autorestart=true
            [program:leak]
            command=python3 -c "x = bytearray(60 << 20); import time; time.sleep(600)"
            [program:poll]
            command=sleep 0.6
            process_name=%(process_num)d
            numprocs=4
            """);
        daemon.WaitForLine("restarting leak: its processes use");
    }

    [Fact]
    public void Whoever_reaches_its_age_is_restarted_and_counts_anew()
    {
        var daemon = Run("[program:worker]\ncommand=sleep 600\nmax_age=2s\n[program:other]\ncommand=sleep 600\n");
        daemon.WaitForLine("INFO restarting worker: it is [2-9]s old .max_age.", 2);
        daemon.WaitForLine("success: worker", 3);
        daemon.WaitForLine("stopped: worker .terminated by SIGTERM.", 2);
        Assert.Single(daemon.Output.Lines, line => line.Contains("spawned: 'other'", StringComparison.Ordinal));
        // The age is that of a run, however it was started.
        var (starts, restarts) = (Times(daemon, "success: worker"), Times(daemon, "restarting worker"));
        for (var i = 0; i < restarts.Count; i++)
            Assert.InRange((restarts[i] - starts[i]).TotalSeconds, 1.9, 10);
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void Each_process_and_each_run_has_an_age_of_its_own()
    {
        var daemon = Run("[program:worker]\ncommand=sleep 600\nstartsecs=0\nmax_age=1s..4s\nnumprocs=12\nprocess_name=w%(process_num)02d\n");
        for (var i = 0; i < 12; i++)
            daemon.WaitForLine(string.Create(CultureInfo.InvariantCulture, $"restarting worker:w{i:D2}: it is [1-9]+s old .max_age."));
        var ages = daemon.Output.Lines.Select(line => Regex.Match(line, @"restarting worker:w\d+: it is (\d+)s old")).Where(match => match.Success);
        Assert.True(ages.Select(match => match.Groups[1].Value).Distinct().Count() > 1, "all were of the same age");
    }

    [Fact]
    public void Whoever_uses_too_much_is_restarted_also_for_a_child_of_its_child()
    {
        var daemon = Run($"[program:worker]\ncommand=sh -c 'sh {{dir}}/below; :'\nstopasgroup=true\nmemory_max=60MB\n[program:frugal]\ncommand=sleep 600\nmemory_max=60MB\n");
        File.WriteAllText(daemon.PathOf("below"), Allocate.Replace("sys.argv[1]", "100") + "\n:\n");
        var line = daemon.WaitForLine(@"WARN restarting worker: its processes use (\d+)(\.\d)? MB, more than memory_max=60MB");
        Assert.InRange(int.Parse(line.Groups[1].Value, CultureInfo.InvariantCulture), 95, 150);
        daemon.WaitForLine("spawned: 'worker'", 2);
        Assert.Single(daemon.Output.Lines, line => line.Contains("spawned: 'frugal'", StringComparison.Ordinal));
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void What_processes_share_is_counted_once()
    {
        // A master with 60 MB and four workers that were forked with it: 300 MB by their resident sizes.
        var daemon = Run("""
            [program:preforked]
            command=python3 {dir}/prefork
            stopasgroup=true
            memory_max=150MB
            [program:greedy]
            command=python3 {dir}/greedy
            memory_max=40MB
            autostart=false
            """);
        File.WriteAllText(daemon.PathOf("prefork"), """
            import os, time
            held = bytearray(range(256)) * (60 * 4096)
            for _ in range(4):
                if os.fork() == 0:
                    break
            print("forked", flush=True)
            time.sleep(600)
            """);
        File.WriteAllText(daemon.PathOf("greedy"), """
            import time
            held = bytearray(range(256)) * (60 * 4096)
            time.sleep(600)
            """);
        daemon.WaitForLine("forked", 5);
        var sum = Tree(daemon.PidOf("preforked")).Sum(Resident);
        Assert.True(sum > 250 << 20, $"the processes are to look large for this test, but have {sum} bytes");
        // Another one's restart tells that memory was looked at, with these processes there.
        Ctl(daemon, 0, "start", "greedy");
        daemon.WaitForLine("WARN restarting greedy: its processes use", 2);
        Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains("restarting preforked", StringComparison.Ordinal));
    }

    private static IEnumerable<int> Tree(int root) => ProcessTable.ChildrenOf(root).Select(child => child.Pid).Append(root);

    private static long Resident(int pid) =>
        long.Parse(File.ReadAllText($"/proc/{pid}/statm").Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
}
