using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Events;

/// <summary>
/// Many more events than a listener can take. They are messages of capture mode, whose number does not depend on how a program's output
/// is cut by reads.
/// </summary>
public sealed class FloodTests(ITestOutputHelper output) : DaemonTest(output)
{
    private const int Events = 200_000;

    private static readonly TimeSpan _prompt = TimeSpan.FromSeconds(3);

    /// <param name="bufferSize">Of the pool.</param>
    /// <param name="until">What keeps the program speaking after so many events: a condition in Perl.</param>
    private Daemon StartFlood(int bufferSize, string until) => Start(new Launch
    {
        Program = "supervisord",
        Arguments = ["-n", "-s", "-c", "{dir}/supervisord.conf"],
        Config = $$"""
            [supervisord]
            logfile=%(here)s/s.log
            logfile_maxbytes=0
            pidfile=%(here)s/s.pid
            childlogdir=%(here)s
            [unix_http_server]
            file=%(here)s/s.sock
            [rpcinterface:supervisor]
            supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
            [supervisorctl]
            serverurl=unix://%(here)s/s.sock
            [eventlistener:slow]
            command=perl -e '$| = 1; open F, ">", "heard"; print "READY\n"; while ($h = <>) { ($s, $n) = $h =~ /poolserial:(\d+) .*len:(\d+)/; read STDIN, $p, $n; syswrite F, "$s " . (split /\n/, $p)[1] . "\n"; select undef, undef, undef, 0.003 if $i++ < 300; print "RESULT 2\nOKREADY\n" }'
            events=PROCESS_COMMUNICATION
            buffer_size={{bufferSize}}
            [program:floods]
            command=perl -e '$i = 0; sleep 1 until -e "go"; while ($i < {{Events}} || {{until}}) { print "<!--XSUPERVISOR:BEGIN-->$i<!--XSUPERVISOR:END-->\n"; $i++ } $| = 1; print "done\n"; open F, ">", "done"; print F $i; close F; sleep 600'
            stdout_capture_maxbytes=1MB
            stdout_logfile=NONE
            [program:other]
            command=sleep 600
            stdout_logfile=NONE
            stderr_logfile=NONE
            """,
    });

    private static MatchCollection Lines(Daemon daemon, string pattern) => Regex.Matches(daemon.Read("s.log"), pattern, RegexOptions.Multiline);

    private static List<int> Discarded(Daemon daemon) =>
        [.. Lines(daemon, @"ERRO pool slow event buffer overflowed, discarding event (\d+)$").Select(match => Number(match.Groups[1].Value))];

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>The poolserials of the events that the listener got, each of which carries the same number as its text.</summary>
    private static List<int> Heard(Daemon daemon)
    {
        var lines = daemon.Read("heard").Split('\n')[..^1];
        Assert.All(lines, line => Assert.Matches(@"^(\d+) \1$", line));
        return [.. lines.Select(line => Number(line.Split(' ')[0]))];
    }

    private void AnswersPromptly(Daemon daemon)
    {
        var watch = Stopwatch.StartNew();
        var status = Child.Run(Implementation.Ours.PathOf("supervisorctl"), "-c", daemon.PathOf("supervisord.conf"), "status", "floods");
        Report.WriteLine($"status after {watch.Elapsed}");
        Assert.Contains("RUNNING", status, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < _prompt, $"it took {watch.Elapsed}");
    }

    private static void Begin(Daemon daemon)
    {
        daemon.WaitUntil(() => Lines(daemon, "success: ").Count == 3, "all run");
        File.WriteAllText(daemon.PathOf("go"), "");
    }

    private static long MostMemory(Daemon daemon) => long.Parse(new ProcessEntry(daemon.Pid).Field("VmHWM:").Split(' ')[0], CultureInfo.InvariantCulture);

    [Fact]
    public void Each_event_is_heard_or_said_to_be_discarded()
    {
        var daemon = StartFlood(10, "!-e \"enough\"");
        Begin(daemon);
        daemon.WaitUntil(() => daemon.Read("heard").Length > 0, "the first events are heard");
        AnswersPromptly(daemon);
        var pid = Number(Lines(daemon, @"spawned: 'other' with pid (\d+)")[0].Groups[1].Value);
        _ = Posix.kill(pid, (int)Signum.SIGKILL);
        daemon.WaitUntil(() => Lines(daemon, "spawned: 'other'").Count == 2, "the other program is started again", _prompt);
        Assert.False(File.Exists(daemon.PathOf("done")), "the flood has not outlasted the test of what else happens");
        File.WriteAllText(daemon.PathOf("enough"), "");
        daemon.WaitUntil(() => daemon.Read("done").Length > 0, "the program has said all");
        var last = Number(daemon.Read("done")) - 1;
        daemon.WaitUntil(() => daemon.Read("heard").EndsWith($"{last} {last}\n", StringComparison.Ordinal), "the last event is heard");
        var (heard, discarded) = (Heard(daemon), Discarded(daemon));
        Report.WriteLine($"{heard.Count} heard, {discarded.Count} discarded, {MostMemory(daemon)} KB at most");
        // E-042: the oldest is discarded, so that both are in order.
        Assert.Equal(heard.Order(), heard);
        Assert.Equal(discarded.Order(), discarded);
        Assert.Equal(Enumerable.Range(0, last + 1), heard.Concat(discarded).Order());
        Assert.True(MostMemory(daemon) < 60_000, $"{MostMemory(daemon)} KB");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void With_room_for_all_of_them_none_is_discarded()
    {
        var daemon = StartFlood(1_000_000, "0");
        Begin(daemon);
        daemon.WaitUntil(() => daemon.Read("done").Length > 0, "the program was not held up by its listener");
        AnswersPromptly(daemon);
        // By far not all: they come one by one, each with an answer of its own.
        daemon.WaitUntil(() => daemon.Read("heard").Count(character => character == '\n') > 5000, "some thousand events are heard");
        Report.WriteLine($"{MostMemory(daemon)} KB at most");
        // What waits costs a few hundred bytes each.
        Assert.True(MostMemory(daemon) < 300_000, $"{MostMemory(daemon)} KB");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        var heard = Heard(daemon);
        Assert.Equal(Enumerable.Range(0, heard.Count), heard);
        Assert.Empty(Discarded(daemon));
    }
}
