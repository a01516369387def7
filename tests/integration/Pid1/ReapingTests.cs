using System.Text.RegularExpressions;
using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Pid1;

/// <summary>Everything that dies below PID 1 is reaped, at once, and no program's exit status is lost among it.</summary>
public sealed class ReapingTests(ITestOutputHelper output) : DaemonTest(output)
{
    private const string Orphans = """
        [supervisord]
        [program:orphans]
        command={fixtures}/orphans NUMBER
        startsecs=0
        autorestart=false
        [program:witness]
        command=sleep 600
        """;

    [Theory]
    [InlineData(Place.Unshare, false, 10_000)]
    [InlineData(Place.Container, true, 10_000)]
    [InlineData(Place.Container, false, 500)]
    [InlineData(Place.Unshare, true, 500)]
    [InlineData(Place.Process, false, 500)]
    public void Orphans_that_die_together_are_reaped_at_once(Place place, bool terminal, int number)
    {
        var daemon = Start(new Launch
        {
            Place = place,
            Streams = terminal ? Streams.Terminal : Streams.Pipes,
            Config = Orphans.Replace("NUMBER", $"{number}"),
        });
        daemon.WaitForLine($"ready {number}", timeout: TimeSpan.FromSeconds(60));
        daemon.Kill("orphans", Signum.SIGUSR1);
        // L-078. Their death itself takes the kernel a second where ten thousand address spaces are torn down on two cores.
        daemon.WaitForLine(@"reaped unknown pid \d+ \(exit status \d+\)", number, TimeSpan.FromSeconds(5));
        daemon.WaitForLine(@"exited: orphans \(exit status 0; expected\)");

        var left = ProcessTable.ChildrenOf(daemon.Pid).ToList();
        Assert.Equal(daemon.PidOf("witness"), Assert.Single(left).Pid);

        daemon.Kill("witness", Signum.SIGKILL);
        daemon.WaitForLine("spawned: 'witness'", 2);
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public void No_exit_status_of_fifty_programs_is_lost(Place place, bool terminal)
    {
        var daemon = Start(new Launch
        {
            Place = place,
            Streams = terminal ? Streams.Terminal : Streams.Pipes,
            Config = """
                [supervisord]
                [program:p]
                command=sh -c "echo said by %(process_num)d; exit %(process_num)d"
                process_name=%(program_name)s%(process_num)d
                numprocs=50
                startsecs=0
                autorestart=false
                """,
        });
        daemon.WaitForLine(@"exited: p\d+ ", 50);
        var exits = daemon.Output.Lines.Select(line => Regex.Match(line, @"exited: p(\d+) \(exit status (\d+); (not )?expected\)$")).Where(match => match.Success);
        Assert.Equal(50, exits.Count(match => match.Groups[1].Value == match.Groups[2].Value));
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }
}
