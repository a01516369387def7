using System.Globalization;
using System.Text.RegularExpressions;
using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Output;

/// <summary>Nobody reads our stdout: control goes on, and by default nothing is lost.</summary>
public sealed class StalledOutputTests(ITestOutputHelper output) : DaemonTest(output)
{
    [Theory]
    [InlineData(Place.Unshare, false)]
    [InlineData(Place.Unshare, true)]
    [InlineData(Place.Process, false)]
    [InlineData(Place.Process, true)]
    public void TERM_stops_everything_in_time(Place place, bool terminal)
    {
        var daemon = Start(new Launch
        {
            Place = place,
            Streams = terminal ? Streams.UnreadTerminal : Streams.UnreadPipes,
            Config = """
                [supervisord]
                [program:floods]
                command=yes a line that nobody reads
                [program:complains]
                command=sh -c "exec yes a complaint that nobody reads >&2"
                [program:quiet]
                command={fixtures}/print-signals TERM
                stdout_logfile={dir}/quiet.log
                """,
        });
        daemon.WaitUntil(() => daemon.Read("quiet.log").Contains("ready", StringComparison.Ordinal), "the quiet program runs");
        daemon.WaitUntil(() => daemon.Child.IsStalled, "stdout is full");
        daemon.Signal(Signum.SIGTERM);
        Assert.Equal(ExitStatus.Exited(0), daemon.WaitForExit(TimeSpan.FromSeconds(8)));
        Assert.Contains("got TERM", daemon.Read("quiet.log"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_restart_does_not_wait_for_somebody_to_hear_of_a_stale_socket()
    {
        const string config = """
            [supervisord]
            logfile={dir}/supervisord.log
            [unix_http_server]
            file={dir}/SOCKET
            [rpcinterface:supervisor]
            supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
            [program:floods]
            command=yes a line that nobody reads
            """;
        var daemon = Start(new Launch
        {
            Streams = Streams.UnreadPipes,
            Wrapper = ["sh", "-c", "exec \"$@\" 2>&1", "sh"],
            Config = config.Replace("SOCKET", "first.sock", StringComparison.Ordinal),
        });
        daemon.WaitUntil(() => daemon.Child.IsStalled, "stdout and stderr are full");
        Child.Run("python3", "-c", "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])", daemon.PathOf("second.sock"));
        File.WriteAllText(daemon.PathOf("supervisord.conf"), config.Replace("SOCKET", "second.sock", StringComparison.Ordinal).Replace("{dir}", daemon.Folder, StringComparison.Ordinal));
        daemon.Signal(Signum.SIGHUP);
        daemon.WaitUntil(() => Regex.Count(daemon.Read("supervisord.log"), "spawned: 'floods'") == 2, "the program runs in the next life");
        Assert.Equal(
            $"{daemon.Pid}", Child.Run(Implementation.Ours.PathOf("supervisorctl"), "-s", $"unix://{daemon.PathOf("second.sock")}", "pid").TrimEnd());
        daemon.Child.ReadOutput();
        daemon.WaitForLine("^Unlinking stale socket .*/second.sock$");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop(TimeSpan.FromSeconds(8)));
    }

    [Fact]
    public void A_program_that_dies_is_started_again_meanwhile()
    {
        var daemon = Start(new Launch
        {
            Streams = Streams.UnreadPipes,
            Config = """
                [supervisord]
                [program:floods]
                command=yes a line that nobody reads
                [program:dies]
                command=sh -c "echo run >> {dir}/runs; sleep 0.1"
                autorestart=true
                startsecs=0
                """,
        });
        daemon.WaitUntil(() => daemon.Child.IsStalled, "stdout is full");
        var before = daemon.Read("runs").Length;
        daemon.WaitUntil(() => daemon.Read("runs").Length >= before + 4 * 5, "five more runs");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop(TimeSpan.FromSeconds(8)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Not_one_line_is_lost_once_it_is_read_again(bool terminal)
    {
        var daemon = Start(new Launch
        {
            Streams = terminal ? Streams.UnreadTerminal : Streams.UnreadPipes,
            Config = """
                [supervisord]
                [program:one]
                command={fixtures}/lines 60000 one
                startsecs=0
                autorestart=false
                [program:two]
                command={fixtures}/lines 60000 two
                startsecs=0
                autorestart=false
                """,
        });
        daemon.WaitUntil(() => daemon.Child.IsStalled, "stdout is full");
        daemon.Child.ReadOutput();
        daemon.WaitForLine("one done$", timeout: TimeSpan.FromSeconds(60));
        daemon.WaitForLine("two done$", timeout: TimeSpan.FromSeconds(60));
        foreach (var program in new[] { "one", "two" })
        {
            var numbers = NumbersOf(program, daemon.Output.Lines);
            Assert.Equal(60_000, numbers.Count);
            Assert.Equal(Enumerable.Range(1, 60_000), numbers);
        }

        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void With_drop_the_oldest_lines_go_and_their_number_is_said()
    {
        var daemon = Start(new Launch
        {
            Streams = Streams.UnreadPipes,
            Config = """
                [supervisord]
                logfile={dir}/supervisord.log
                [program:noisy]
                command={fixtures}/lines 100000 noisy
                startsecs=0
                autorestart=false
                log_backlog=drop
                """,
        });
        daemon.WaitUntil(() => daemon.Read("supervisord.log").Contains("exited: noisy", StringComparison.Ordinal), "the program was not held up");
        daemon.Child.ReadOutput();
        daemon.WaitForLine("noisy done$");
        var dropped = daemon.Output.Lines
            .Select(line => Regex.Match(line, @"noisy\b.*?(\d+) lines? dropped"))
            .Where(match => match.Success)
            .Sum(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
        var numbers = NumbersOf("noisy", daemon.Output.Lines);
        Assert.True(dropped > 0);
        Assert.Equal(100_000, numbers.Count + dropped);
        Assert.Equal(100_000, numbers[^1]);
        Assert.Equal(numbers.Order(), numbers);
    }

    private static List<int> NumbersOf(string program, IEnumerable<string> lines) =>
    [
        .. from line in lines
           let match = Regex.Match(line, $@"\b{program} (\d+)$")
           where match.Success
           select int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture),
    ];
}
