using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Output;

/// <summary>Many programs, one stdout: whole lines, each known by its program.</summary>
public sealed class SharedOutputTests(ITestOutputHelper output) : DaemonTest(output)
{
    private const int Programs = 20;
    private const int Lines = 1500;

    // Lines of 20 to 300 bytes from most, and of 6000, longer than a pipe takes at once, from the last.
    private const string Writers = """
        [supervisord]
        log_format=FORMAT
        [program:w]
        command={fixtures}/lines 1500 w%(process_num)02d-says 150
        process_name=%(program_name)s%(process_num)02d
        numprocs=19
        startsecs=0
        autorestart=false
        EXTRA
        [program:w19]
        command={fixtures}/lines 1500 w19-says 6000
        startsecs=0
        autorestart=false
        EXTRA
        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Plain_lines_stay_whole(bool terminal)
    {
        var daemon = Run("plain", "stdout_logfile=/dev/stdout\nstdout_logfile_maxbytes=0", terminal);
        AssertAllLines(daemon.Output.Lines.Select(line => Regex.Match(line, @"^(w\d\d)-says (\d+) (x+)$")).Where(match => match.Success));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Prefixed_lines_stay_whole_and_name_their_program(bool terminal)
    {
        var daemon = Run("prefixed", "", terminal);
        var lines = daemon.Output.Lines.Select(line => Regex.Match(line, @"^(?:\x1b\[[\d;]*m)*(w\d\d)\b.*?(w\d\d)-says (\d+) (x+)$")).Where(match => match.Success).ToList();
        Assert.All(lines, match => Assert.Equal(match.Groups[1].Value, match.Groups[2].Value));
        AssertAllLines(lines.Select(match => Regex.Match(match.Value, @"(w\d\d)-says (\d+) (x+)$")));
        // Colour is for people.
        Assert.True(terminal || daemon.Output.Lines.All(line => !line.Contains('\x1b', StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_json_line_is_an_object_that_names_its_program()
    {
        var daemon = Run("json", "", terminal: false);
        var messages = new List<Match>();
        foreach (var line in daemon.Output.Lines)
        {
            using var document = JsonDocument.Parse(line);
            var message = document.RootElement.GetProperty("msg").GetString()!;
            Assert.True(document.RootElement.TryGetProperty("time", out _));
            if (Regex.Match(message, @"^(w\d\d)-says (\d+) (x+)$") is not { Success: true } match)
                continue;
            Assert.Equal(match.Groups[1].Value, document.RootElement.GetProperty("program").GetString());
            Assert.Equal("stdout", document.RootElement.GetProperty("stream").GetString());
            messages.Add(match);
        }

        AssertAllLines(messages);
    }

    [Fact]
    public void A_json_line_of_a_program_is_merged_and_not_nested()
    {
        var daemon = Start(new Launch
        {
            Config = """
                [supervisord]
                log_format=json
                [program:speaks]
                command=sh -c "echo '{\"msg\": \"hello\", \"level\": \"warn\", \"user\": 7}'; printf 'tab\tquote\"\\\\ \377\n'; exec sleep 600"
                """,
        });
        using var merged = JsonDocument.Parse(daemon.WaitForLine(".*hello.*").Value);
        Assert.Equal("hello", merged.RootElement.GetProperty("msg").GetString());
        Assert.Equal(7, merged.RootElement.GetProperty("user").GetInt32());
        Assert.Equal("speaks", merged.RootElement.GetProperty("program").GetString());
        using var odd = JsonDocument.Parse(daemon.WaitForLine(".*tab.*").Value);
        Assert.StartsWith("tab\tquote\"\\", odd.RootElement.GetProperty("msg").GetString(), StringComparison.Ordinal);
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void A_program_that_leaves_its_pipe_to_a_grandchild_is_not_waited_for()
    {
        // L-082
        var daemon = Start(new Launch
        {
            Config = """
                [supervisord]
                [program:parent]
                command=sh -c "(while :; do echo still here; sleep 0.1; done) & echo $! > {dir}/grandchild; exit 3"
                startsecs=0
                autorestart=false
                """,
        });
        daemon.WaitForLine(@"exited: parent \(exit status 3; not expected\)");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void The_stderr_of_a_program_without_a_log_file_is_our_stderr()
    {
        var daemon = Start(new Launch
        {
            Config = """
                [supervisord]
                [program:both]
                command=sh -c "echo to stdout; echo to stderr >&2; exec sleep 600"
                [program:redirected]
                command=sh -c "echo complaint >&2; exec sleep 600"
                redirect_stderr=true
                """,
        });
        daemon.WaitForLine("both.*to stdout$");
        daemon.WaitForErrorLine("both.*to stderr$");
        daemon.WaitForLine("redirected.*complaint$");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        Assert.DoesNotContain(daemon.Output.Lines, line => line.EndsWith("to stderr", StringComparison.Ordinal));
        Assert.Single(daemon.Error.Lines);
    }

    private static void AssertAllLines(IEnumerable<Match> matches)
    {
        var byProgram = matches.GroupBy(match => match.Groups[1].Value).ToDictionary(group => group.Key, group => group.ToList());
        Assert.Equal(Programs, byProgram.Count);
        foreach (var (program, lines) in byProgram)
        {
            Assert.Equal(Enumerable.Range(1, Lines), lines.Select(match => int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture)));
            var length = program == "w19" ? 6000 : 150;
            Assert.All(lines, match => Assert.Equal(length - 1, $"{match.Groups[1].Value}-says {match.Groups[2].Value} {match.Groups[3].Value}".Length));
        }
    }

    private Daemon Run(string format, string extra, bool terminal)
    {
        var daemon = Start(new Launch
        {
            Streams = terminal ? Streams.Terminal : Streams.Pipes,
            Config = Writers.Replace("FORMAT", format).Replace("EXTRA", extra),
        });
        daemon.WaitForLine(@"w\d\d-says done", Programs, TimeSpan.FromSeconds(60));
        daemon.WaitForLine(@"exited: w\d\d ", Programs);
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        return daemon;
    }
}
