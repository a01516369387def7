using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Pid1;

/// <summary>How it ends, as PID 1 and not, with a terminal and without.</summary>
public sealed class EndTests(ITestOutputHelper output) : DaemonTest(output)
{
    public static TheoryData<Place, bool, string> Ends
    {
        get
        {
            var data = new TheoryData<Place, bool, string>();
            foreach (var mode in Modes.All)
                foreach (var signal in new[] { "TERM", "INT", "QUIT" })
                    data.Add((Place)mode[0], (bool)mode[1], signal);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public void It_stops_its_programs_and_exits_with_0(Place place, bool terminal, string signal)
    {
        var daemon = Start(Launch(place, terminal, """
            [supervisord]
            [program:first]
            command={fixtures}/print-signals TERM
            priority=1
            [program:second]
            command={fixtures}/print-signals INT
            stopsignal=INT
            priority=2
            """));
        daemon.WaitForLine("ready", 2);
        daemon.Signal(Enum.Parse<Signum>("SIG" + signal));
        daemon.WaitForLine($"WARN received SIG{signal} indicating exit request");
        Assert.Equal(ExitStatus.Exited(0), daemon.WaitForExit());
        // L-096: one after the other, the highest priority number first.
        var stops = daemon.Output.Lines.Where(line => line.Contains("INFO stopped:", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, stops.Count);
        Assert.EndsWith("stopped: second (exit status 0)", stops[0], StringComparison.Ordinal);
        Assert.EndsWith("stopped: first (exit status 0)", stops[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_ignores_TERM_is_killed_after_stopwaitsecs()
    {
        // L-067
        var daemon = Start(Launch(Place.Unshare, false, """
            [supervisord]
            [program:stubborn]
            command={fixtures}/ignore-term
            stopwaitsecs=1
            """));
        daemon.WaitForLine("ready");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        daemon.WaitForLine(@"WARN killing 'stubborn' \(\d+\) with SIGKILL$");
        daemon.WaitForLine(@"WARN stopped: stubborn \(terminated by SIGKILL\)$");
    }

    [Theory]
    [MemberData(nameof(Modes.Pid1), MemberType = typeof(Modes))]
    public void A_second_TERM_is_understood(Place place, bool terminal)
    {
        var daemon = Start(Launch(place, terminal, """
            [supervisord]
            [program:stubborn]
            command={fixtures}/ignore-term
            stopwaitsecs=2
            """));
        daemon.WaitForLine("ready");
        daemon.Signal(Signum.SIGTERM);
        daemon.WaitForLine("received SIGTERM");
        daemon.Signal(Signum.SIGTERM);
        daemon.WaitForLine("received SIGTERM", 2);
        Assert.Equal(ExitStatus.Exited(0), daemon.WaitForExit());
    }

    [Theory]
    [MemberData(nameof(Modes.Pid1), MemberType = typeof(Modes))]
    public void HUP_reads_the_configuration_again_in_the_same_process(Place place, bool terminal)
    {
        var daemon = Start(Launch(place, terminal, """
            [supervisord]
            [program:before]
            command=sleep 600
            """));
        daemon.WaitForLine("success: before");
        File.WriteAllText(daemon.PathOf("supervisord.conf"), """
            [supervisord]
            [program:after]
            command=sleep 600
            """);
        daemon.Signal(Signum.SIGHUP);
        daemon.WaitForLine("WARN received SIGHUP indicating restart request");
        daemon.WaitForLine("stopped: before");
        daemon.WaitForLine("success: after");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Theory] // Supervisor stops everything and then exits 2 (L-105).
    [InlineData("minfds=few", "invalid literal for int.. with base 10: 'few'")]
    [InlineData("logfile={dir}", "could not open log file .*: Is a directory")]
    public void A_bad_configuration_at_HUP_leaves_the_old_one_running(string line, string reason)
    {
        var daemon = Start(Launch(Place.Unshare, false, """
            [supervisord]
            [program:witness]
            command=sleep 600
            """));
        daemon.WaitForLine("success: witness");
        File.WriteAllText(daemon.PathOf("supervisord.conf"), $"[supervisord]\n{line.Replace("{dir}", daemon.Folder, StringComparison.Ordinal)}\n");
        daemon.Signal(Signum.SIGHUP);
        daemon.WaitForLine($"ERRO .*{reason}");
        daemon.Kill("witness", Signum.SIGKILL);
        daemon.WaitForLine("spawned: 'witness'", 2);
        Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains("stopped: witness", StringComparison.Ordinal));
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Theory]
    [InlineData(Place.Container, false)]
    [InlineData(Place.Unshare, true)]
    [InlineData(Place.Process, false)]
    public void What_programs_left_behind_is_asked_to_end_before_it_is_killed(Place place, bool terminal)
    {
        // Supervisor leaves it to the kernel, which asks nobody (L-083).
        var daemon = Start(Launch(place, terminal, """
            [supervisord]
            [program:leaves]
            command=sh -c "setsid sh -c 'trap \"echo asked > {dir}/asked; exit\" TERM; echo > {dir}/ready; while :; do sleep 0.1; done' & exec sleep 600"
            """));
        daemon.WaitUntil(() => daemon.Read("ready").Length > 0, "the orphan is ready");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        Assert.Equal("asked\n", daemon.Read("asked"));
    }

    [Fact]
    public void What_ignores_being_asked_does_not_hold_the_end()
    {
        var daemon = Start(Launch(Place.Process, false, """
            [supervisord]
            [program:leaves]
            command=sh -c "setsid {fixtures}/ignore-term & exec sleep 600"
            """));
        var orphan = int.Parse(daemon.WaitForLine(@"ready (\d+)").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        Assert.False(Directory.Exists($"/proc/{orphan}"));
    }

    [Fact]
    public void Called_supervisord_as_PID_1_it_stays_in_the_foreground()
    {
        var daemon = Start(new Launch
        {
            Program = "supervisord",
            Place = Place.Unshare,
            Config = "[supervisord]\nlogfile={dir}/supervisord.log\npidfile={dir}/supervisord.pid\n[program:cat]\ncommand=cat\n",
        });
        daemon.WaitUntil(() => daemon.Read("supervisord.log").Contains("success: cat", StringComparison.Ordinal), "cat runs");
        Assert.False(daemon.Child.HasExited);
        Assert.Equal(1, new ProcessEntry(daemon.Pid).InnerPid);
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        Assert.DoesNotContain("daemonizing", daemon.Read("supervisord.log"), StringComparison.Ordinal);
    }

    private static Launch Launch(Place place, bool terminal, string config) =>
        new() { Place = place, Streams = terminal ? Streams.Terminal : Streams.Pipes, Config = config };
}
