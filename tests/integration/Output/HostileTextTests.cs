using System.Text.RegularExpressions;
using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Output;

/// <summary>What programs say, and how their processes are called, is data: in the log, on a terminal, among other programs' lines.</summary>
public sealed class HostileTextTests(ITestOutputHelper output) : ControlledTest(output)
{
    private const string Hostile = @"a\n2026-11-21 02:32:10,394 INFO FORGED\r\033[2J\033]0;t\007\302\2332J\342\200\256x\342\200\250y";

    [Fact]
    public void The_log_is_lines_of_ours_whatever_a_command_says_or_a_process_is_called()
    {
        var daemon = Run($$"""
            [program:s]
            command=sleep 600
            stop_command=printf "{{Hostile.Replace(@"\n", @"\n", StringComparison.Ordinal).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "%%", StringComparison.Ordinal)}}"
            [program:t]
            command=perl -e "use POSIX; if (fork == 0) { setsid; $0 = qq(a\n\e[2JFORGED\r); sleep 600 } sleep 1"
            stop_tree=true
            autorestart=false
            startsecs=0
            """);
        daemon.WaitForLine("exited: t");
        Ctl(daemon, 0, "stop", "s");
        daemon.WaitForLine("stop_command of s: .*FORGED");
        Ctl(daemon, 0, "shutdown");
        daemon.WaitForExit();
        Assert.All(daemon.Output.Lines.Where(line => line.Length > 0), line => Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [A-Z]{4} [^\x00-\x1f\x7f-\x9f\u202e\u2028]*$", line.TrimEnd('\r')));
        Assert.DoesNotContain(daemon.Output.Lines, line => Regex.IsMatch(line, @"^[-\d]{10} [\d:,]{12} INFO FORGED"));
    }

    [Fact]
    public void On_a_terminal_a_log_has_colours_and_nothing_else_and_elsewhere_all_its_bytes()
    {
        var daemon = Run($$"""
            [program:p]
            command={{SaysColoured}}
            stdout_logfile={dir}/p.log
            """);
        daemon.WaitForLine("success: p");
        daemon.WaitUntil(() => daemon.Read("p.log").Contains("end", StringComparison.Ordinal), "it has spoken");
        // In XML there is no ESC.
        Assert.Contains("\ufffd[31mred\ufffd[0m \ufffd[2J\ufffd]0;t\ufffd\u009b2J \u202ex over\rwrite", Ctl(daemon, 0, "tail", "p"), StringComparison.Ordinal);
        foreach (var (words, escape, shown, bell) in new[] { ("tail p", "\ufffd", "\ufffd", "\ufffd"), ("tail -f p", "\x1b", "^[", "^G"), ("fg p", "\x1b", "^[", "^G") })
        {
            using var client = Child.Start([Implementation.Ours.PathOf("supervisorctl"), "-c", daemon.PathOf("supervisord.conf"), .. words.Split(' ')], Streams.Terminal);
            var line = client.Output.WaitFor(new Regex(@".*red.*end"), Eventually.Patience) ?? throw daemon.Failure($"{words}: {client.Output}");
            Assert.Contains($"{escape}[31mred{escape}[0m {shown}[2J{shown}]0;t{bell}<U+009B>2J <U+202E>x over^Mwrite end", line.Value, StringComparison.Ordinal);
        }
    }

    private const string SaysColoured =
        """perl -e "$| = 1; print qq(\e[31mred\e[0m \e[2J\e]0;t\a\xc2\x9b2J \xe2\x80\xaex over\rwrite end\n); sleep 600" """;

    [Fact]
    public void In_a_prefixed_line_no_carriage_return_leads_before_the_prefix()
    {
        var daemon = Run("""
            [program:p]
            command=perl -e "$| = 1; print qq(10%%\r20%%\rinit | FORGED\r\n); sleep 600"
            """);
        daemon.WaitForLine(@"p\s+\| init \| FORGED");
        Assert.Contains(daemon.Output.Lines, line => Regex.IsMatch(line, @"^p\s+\| 10%$"));
        Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains("%\r", StringComparison.Ordinal));
    }

    /// <summary>Each message from a process of its own, none of them the program's.</summary>
    [Fact]
    public void Strangers_who_notify_are_a_line_and_a_count()
    {
        var daemon = Run("""
            [program:p]
            command=perl -e "open F, qq(>$ARGV[0]); print F $ENV{NOTIFY_SOCKET}; close F; rename $ARGV[0], qq($ARGV[0].done); sleep 600" {dir}/name
            ready_when=notify
            """);
        daemon.WaitUntil(() => File.Exists(daemon.PathOf("name.done")), "its socket is known");
        using var strangers = Child.Start(["perl", "-MSocket", "-e", """
            my $name = $ARGV[0]; $name =~ s/^@/\0/;
            for (1 .. 300) { if (fork == 0) { socket(S, AF_UNIX, SOCK_DGRAM, 0); send(S, "READY=1", 0, pack_sockaddr_un($name)) or die $!; sleep 1; exit } }
            1 while wait > 0;
            """, daemon.Read("name.done")]);
        Assert.Equal(ExitStatus.Exited(0), strangers.WaitForExit(Eventually.Patience));
        Assert.DoesNotContain("RUNNING", Ctl(daemon, null, "status"), StringComparison.Ordinal);
        Ctl(daemon, 0, "shutdown");
        daemon.WaitForExit();
        var lines = daemon.Output.Lines.Where(line => line.Contains("p: a notification of pid", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, lines.Count);
        Assert.EndsWith("is passed over (the last of 299 such lines)", lines[1].TrimEnd('\r'), StringComparison.Ordinal);
    }
}
