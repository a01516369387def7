using System.Diagnostics;
using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Order;

/// <summary>stop_budget: the whole stop fits the time that `docker stop` gives, and says beforehand how.</summary>
public sealed class StopBudgetTests(ITestOutputHelper output) : DaemonTest(output)
{
    private const string TwoSeconds = """command=sh -c 'trap "sleep 2; exit 0" TERM; echo ready; while :; do sleep 0.05; done'""";

    [Theory]
    [InlineData(Place.Container)]
    [InlineData(Place.Process)]
    public void Five_programs_of_two_seconds_end_together(Place place)
    {
        var daemon = Start(new Launch
        {
            Place = place,
            Config = "[supervisord]\nstop_budget=9\n" + string.Concat(Enumerable.Range(1, 5).Select(n => $"[program:p{n}]\n{TwoSeconds}\n")),
        });
        daemon.WaitForLine("ready", 5);
        var took = Stopwatch.StartNew();
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        Assert.True(took.Elapsed < TimeSpan.FromSeconds(3), $"it took {took.Elapsed}");
        daemon.WaitForLine(@"INFO stopping within 9 s: p1, p2, p3, p4, p5 \(8\.5 s\)$|INFO stopping within 9 s: p5, p4, p3, p2, p1 \(8\.5 s\)$");
        daemon.WaitForLine(@"INFO stopped: p\d \(exit status 0\)", 5);
    }

    [Fact]
    public void What_does_not_end_is_killed_in_time_for_the_others()
    {
        var daemon = Start(new Launch
        {
            Config = $"""
                [supervisord]
                stop_budget=5
                [program:worker]
                command=/bin/sh -c 'trap "" TERM; echo ready; while :; do sleep 0.05; done'
                stopwaitsecs=60
                depends_on=db
                [program:db]
                {TwoSeconds}
                stopwaitsecs=60
                """,
        });
        daemon.WaitForLine("ready", 2);
        var took = Stopwatch.StartNew();
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        Assert.True(took.Elapsed < TimeSpan.FromSeconds(5), $"it took {took.Elapsed}");
        daemon.WaitForLine(@"stopping within 5 s: worker \(2\.3 s\), then db \(2\.3 s\)$");
        daemon.WaitForLine(@"WARN killing 'worker' \(\d+\) with SIGKILL$");
        daemon.WaitForLine(@"INFO stopped: db \(exit status 0\)$");
        Assert.Single(daemon.Output.Lines, line => line.Contains("killing", StringComparison.Ordinal));
    }

    [Fact]
    public void What_has_ended_before_has_no_part_of_the_time()
    {
        var daemon = Start(new Launch
        {
            Config = """
                [supervisord]
                stop_budget=5
                [program:worker]
                command={fixtures}/ignore-term
                stopwaitsecs=60
                depends_on=migrate
                [program:migrate]
                command=true
                oneshot=true
                depends_on=redis
                [program:redis]
                command={fixtures}/ignore-term
                stopwaitsecs=60
                """,
        });
        daemon.WaitForLine("ready", 2);
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        daemon.WaitForLine(@"stopping within 5 s: worker \(2\.3 s\), then redis \(2\.3 s\)$");
        Assert.InRange((TimeOf("killing 'worker'") - TimeOf("stopping within")).TotalSeconds, 2.2, 2.7);

        DateTime TimeOf(string text) => DateTime.ParseExact(
            daemon.Output.Lines.First(line => line.Contains(text, StringComparison.Ordinal))[..23], "yyyy-MM-dd HH:mm:ss,fff", System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void A_stop_that_was_under_way_has_no_more_time_than_the_rest()
    {
        var daemon = Start(new Launch
        {
            Config = """
                [supervisord]
                stop_budget=2
                [unix_http_server]
                file={dir}/s.sock
                [rpcinterface:supervisor]
                supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
                [program:stubborn]
                command={fixtures}/ignore-term
                stopwaitsecs=60
                """,
        });
        daemon.WaitForLine("ready");
        using var stop = Child.Start([Implementation.Ours.PathOf("supervisorctl"), "-s", $"unix://{daemon.PathOf("s.sock")}", "stop", "stubborn"]);
        daemon.WaitForLine("waiting for stubborn to stop");
        var took = Stopwatch.StartNew();
        daemon.Signal(Signum.SIGTERM);
        Assert.Equal(ExitStatus.Exited(0), daemon.WaitForExit());
        Assert.True(took.Elapsed < TimeSpan.FromSeconds(2.5), $"it took {took.Elapsed}");
    }
}
