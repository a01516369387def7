using System.Globalization;
using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.OneCommand;

/// <summary>`init -- COMMAND`: tini's and dumb-init's duty. Where a peer makes the same promise, it is held to it too.</summary>
public sealed class OneCommandTests(ITestOutputHelper output) : IDisposable
{
    private readonly List<Child> _children = [];

    public void Dispose()
    {
        foreach (var child in _children)
        {
            output.WriteLine($"$ {child.Command}\n{child.Output}\n{child.Error}");
            child.Dispose();
        }
    }

    [Theory]
    [InlineData(Runner.Ours)]
    [InlineData(Runner.Tini)]
    [InlineData(Runner.DumbInit)]
    public void Every_exit_code_is_passed_on(Runner runner)
    {
        for (var code = 0; code < 256; code++)
        {
            using var child = Child.Start([.. RunnerCommand.Of(runner), "--", "sh", "-c", string.Create(CultureInfo.InvariantCulture, $"exit {code}")]);
            Assert.Equal(ExitStatus.Exited(code), child.WaitForExit(Eventually.Patience));
        }
    }

    [Theory]
    [InlineData(Runner.Ours, Place.Unshare, Streams.Terminal)]
    [InlineData(Runner.Ours, Place.Unshare, Streams.Pipes)]
    [InlineData(Runner.Ours, Place.Process, Streams.Terminal)]
    [InlineData(Runner.Ours, Place.Process, Streams.Pipes)]
    [InlineData(Runner.Tini, Place.Unshare, Streams.Pipes)]
    [InlineData(Runner.DumbInit, Place.Process, Streams.Terminal)]
    internal void A_death_by_signal_is_128_plus_its_number(Runner runner, Place place, Streams streams)
    {
        foreach (var (signal, code) in new[] { ("KILL", 137), ("TERM", 143), ("HUP", 129), ("SEGV", 139), ("USR1", 138) })
            Assert.Equal(ExitStatus.Exited(code), Exit(Run(runner, place, streams, [], "sh", "-c", $"ulimit -c 0; kill -{signal} $$")));
    }

    [Theory]
    [InlineData(Runner.Ours)]
    [InlineData(Runner.Tini)]
    public void A_command_that_is_not_found_is_127(Runner runner)
    {
        foreach (var command in new[] { "/nonexistent/command", "nonexistent-command" })
        {
            var child = Run(runner, Place.Process, Streams.Pipes, [], command);
            Assert.Equal(ExitStatus.Exited(127), Exit(child));
            Assert.Contains(command, child.Error.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(Runner.Ours)]
    [InlineData(Runner.Tini)]
    public void A_command_that_may_not_be_executed_is_126(Runner runner)
    {
        foreach (var command in new[] { "/etc/passwd", "/usr" })
            Assert.Equal(ExitStatus.Exited(126), Exit(Run(runner, Place.Process, Streams.Pipes, [], command)));
    }

    [Theory]
    [InlineData(Runner.Ours, Place.Container, Streams.Pipes)]
    [InlineData(Runner.Ours, Place.Container, Streams.Terminal)]
    [InlineData(Runner.Ours, Place.Unshare, Streams.Pipes)]
    [InlineData(Runner.Ours, Place.Unshare, Streams.Terminal)]
    [InlineData(Runner.Ours, Place.Process, Streams.Pipes)]
    [InlineData(Runner.Ours, Place.Process, Streams.Terminal)]
    [InlineData(Runner.Tini, Place.Process, Streams.Pipes)]
    [InlineData(Runner.DumbInit, Place.Process, Streams.Pipes)]
    internal void Every_signal_is_forwarded(Runner runner, Place place, Streams streams)
    {
        using var target = new Target(runner, place, streams, [], "{fixtures}/print-signals", "QUIT");
        target.WaitFor("ready");
        foreach (var signal in new[] { "HUP", "INT", "USR1", "USR2", "PIPE", "ALRM", "TERM", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "STKFLT", "CONT" })
        {
            // tini keeps this one to itself.
            if (runner == Runner.Tini && signal == "CONT")
                continue;
            target.Signal(Enum.Parse<Signum>("SIG" + signal));
            target.WaitFor("got " + signal);
        }

        target.Signal(Signum.SIGQUIT);
        Assert.Equal(ExitStatus.Exited(0), target.WaitForExit());
    }

    [Theory]
    [InlineData(Runner.Ours, Signum.SIGTSTP)]
    [InlineData(Runner.Ours, Signum.SIGTTIN)]
    [InlineData(Runner.Ours, Signum.SIGTTOU)]
    [InlineData(Runner.DumbInit, Signum.SIGTSTP)]
    public void A_stop_from_the_terminal_stops_both_and_CONT_wakes_both(Runner runner, Signum signal)
    {
        var child = Run(runner, Place.Process, Streams.Terminal, [], Fixture("print-signals"), "TERM");
        Expect(child, "ready");
        var command = ProcessTable.ChildrenOf(child.Pid).Single();
        child.Signal(signal);
        Assert.True(Eventually.Holds(() => command.State == "T"), $"the command is not stopped: {command.State}");
        Assert.True(Eventually.Holds(() => new ProcessEntry(child.Pid).State == "T"), "the runner is not stopped");
        child.Signal(Signum.SIGCONT);
        Expect(child, "got CONT");
        child.Signal(Signum.SIGTERM);
        Assert.Equal(ExitStatus.Exited(0), Exit(child));
    }

    [Theory]
    [InlineData(Runner.Ours)]
    [InlineData(Runner.DumbInit)]
    public void The_command_owns_the_terminal(Runner runner)
    {
        var child = Run(runner, Place.Process, Streams.Terminal, [], Fixture("print-signals"), "-tty", "QUIT");
        Expect(child, "pgrp owns the terminal");
        Expect(child, "ready");
        child.Type("\x03");
        Expect(child, "got INT");
        child.Type("\x1c");
        Assert.Equal(ExitStatus.Exited(0), Exit(child));
    }

    [Fact]
    public void The_command_owns_the_terminal_of_a_container()
    {
        using var target = new Target(Runner.Ours, Place.Container, Streams.Terminal, [], "{fixtures}/print-signals", "-tty", "TERM");
        target.WaitFor("pgrp owns the terminal");
        target.WaitFor("ready");
        target.Signal(Signum.SIGTERM);
        Assert.Equal(ExitStatus.Exited(0), target.WaitForExit());
    }

    [Fact]
    public void With_g_a_signal_reaches_the_whole_group()
    {
        // The shell must outlive the signal: with its end TERM goes to the others, who may then see that first.
        var both = $"trap : USR1; {Fixture("print-signals")} TERM & {Fixture("print-signals")} TERM & while :; do wait; done";
        var group = Run(Runner.Ours, Place.Process, Streams.Pipes, ["-g"], "sh", "-c", both);
        Expect(group, "ready", 2);
        group.Signal(Signum.SIGUSR1);
        Expect(group, "got USR1", 2);
    }

    [Fact]
    public void Without_g_a_signal_reaches_the_command_only()
    {
        // The shell leaves a child in its own process group.
        var child = Run(Runner.Ours, Place.Process, Streams.Pipes, [], "sh", "-c",
            $"trap 'echo the shell got it' USR1; {Fixture("print-signals")} TERM & echo ready shell; while :; do wait; done");
        Expect(child, "ready", 2);
        child.Signal(Signum.SIGUSR1);
        Expect(child, "the shell got it");
        child.Signal(Signum.SIGUSR1);
        Expect(child, "the shell got it", 2);
        Assert.DoesNotContain("got USR1", child.Output.Lines);
    }

    [Theory]
    [InlineData(Runner.Ours)]
    [InlineData(Runner.Tini)]
    public void With_s_it_adopts_and_reaps_orphans(Runner runner)
    {
        var child = Run(runner, Place.Process, Streams.Pipes, ["-s"], "sh", "-c", "(sh -c 'echo $$; sleep 0.3; exit 0' & ); exec sleep 600");
        var orphan = new ProcessEntry(int.Parse(Expect(child, @"^\d+$"), CultureInfo.InvariantCulture));
        Assert.True(Eventually.Holds(() => orphan.Parent == child.Pid || orphan.State.Length == 0), $"{orphan}");
        Assert.True(Eventually.Holds(() => orphan.State.Length == 0), $"not reaped: {orphan}");
        child.Signal(Signum.SIGTERM);
        Assert.Equal(ExitStatus.Exited(143), Exit(child));
    }

    [Theory]
    [InlineData(Runner.Ours)]
    [InlineData(Runner.Tini)]
    public void With_e_a_status_counts_as_success(Runner runner)
    {
        Assert.Equal(ExitStatus.Exited(0), Exit(Run(runner, Place.Process, Streams.Pipes, ["-e", "143"], "sh", "-c", "kill -TERM $$")));
        Assert.Equal(ExitStatus.Exited(0), Exit(Run(runner, Place.Process, Streams.Pipes, ["-e", "3", "-e", "4"], "sh", "-c", "exit 4")));
        Assert.Equal(ExitStatus.Exited(5), Exit(Run(runner, Place.Process, Streams.Pipes, ["-e", "3", "-e", "4"], "sh", "-c", "exit 5")));
    }

    [Theory]
    [InlineData(Runner.Ours)]
    [InlineData(Runner.Tini)]
    public void With_p_it_gets_a_signal_when_its_parent_dies(Runner runner)
    {
        var parent = Keep(Child.Start(["sh", "-c", "\"$@\" & wait", "sh", .. RunnerCommand.Of(runner), "-p", "SIGUSR1", "--", Fixture("print-signals"), "USR1"]));
        Expect(parent, "ready");
        parent.Signal(Signum.SIGKILL);
        Expect(parent, "got USR1");
    }

    [Fact]
    public void With_r_a_signal_is_rewritten_or_dropped()
    {
        var child = Run(Runner.Ours, Place.Process, Streams.Pipes, ["-r", "TERM:INT", "-r", "1:0", "-r", "SIGUSR1:12"], Fixture("print-signals"), "QUIT");
        Expect(child, "ready");
        child.Signal(Signum.SIGTERM);
        Expect(child, "got INT");
        child.Signal(Signum.SIGHUP);
        child.Signal(Signum.SIGUSR1);
        Expect(child, "got USR2");
        child.Signal(Signum.SIGQUIT);
        Assert.Equal(ExitStatus.Exited(0), Exit(child));
        Assert.DoesNotContain("got TERM", child.Output.Lines);
        Assert.DoesNotContain("got HUP", child.Output.Lines);
        Assert.DoesNotContain("got USR1", child.Output.Lines);
    }

    [Theory]
    [InlineData(Runner.Ours)]
    [InlineData(Runner.DumbInit)]
    public void Of_two_rewrites_of_a_signal_the_last_counts(Runner runner)
    {
        var child = Run(runner, Place.Process, Streams.Pipes, ["-r", "15:1", "--rewrite", "15:12", "--rewrite=10:0", "-r10:2", "--single-child"],
            Fixture("print-signals"), "QUIT");
        Expect(child, "ready");
        child.Signal(Signum.SIGTERM);
        Expect(child, "got USR2");
        child.Signal(Signum.SIGUSR1);
        Expect(child, "got INT");
        child.Signal(Signum.SIGQUIT);
        Assert.Equal(ExitStatus.Exited(0), Exit(child));
        Assert.DoesNotContain("got HUP", child.Output.Lines);
    }

    [Fact]
    public void Its_names_and_numbers_are_the_same_signal()
    {
        var child = Run(Runner.Ours, Place.Process, Streams.Pipes, ["-r", "15:INT", "-r", "SIGTERM:USR1"], Fixture("print-signals"), "QUIT");
        Expect(child, "ready");
        child.Signal(Signum.SIGTERM);
        Expect(child, "got USR1");
        child.Signal(Signum.SIGQUIT);
        Assert.Equal(ExitStatus.Exited(0), Exit(child));
        Assert.DoesNotContain("got INT", child.Output.Lines);
    }

    [Theory]
    [InlineData("-v -- true", "-v is no option of init -- COMMAND")]
    [InlineData("-g -w -- true", "-w is no option of init -- COMMAND")]
    [InlineData("-gx -- true", "-x is no option of init -- COMMAND")]
    [InlineData("--verbose -s -- true", "--verbose is no option of init -- COMMAND")]
    [InlineData("-c supervisord.conf -- true", "'supervisord.conf' is before --: the command comes after it")]
    [InlineData("-g -c -- true", "-g and -c exclude each other")]
    public void What_is_before_the_dashes_is_never_the_command(string words, string error)
    {
        var child = Keep(Child.Start([.. RunnerCommand.Of(Runner.Ours), .. words.Split(' ')]));
        Assert.Equal(ExitStatus.Exited(2), Exit(child));
        Assert.Equal(["Error: " + error, "For help, use init --help"], child.Error.Lines);
    }

    [Fact]
    public void What_follows_the_dashes_is_the_commands_whatever_it_looks_like()
    {
        var child = Run(Runner.Ours, Place.Process, Streams.Pipes, ["-s"], "printf", "%s\n", "-v", "--", "-r", "x");
        Assert.Equal(ExitStatus.Exited(0), Exit(child));
        Assert.Equal(["-v", "--", "-r", "x"], child.Output.Lines);
    }

    [Theory]
    [InlineData(Streams.Pipes)]
    [InlineData(Streams.Terminal)]
    internal void Orphans_are_reaped_while_the_command_runs(Streams streams)
    {
        using var target = new Target(Runner.Ours, Place.Unshare, streams, [], "sh", "-c",
            "i=0; while [ $i -lt 300 ]; do (sleep 0.2 &) ; i=$((i+1)); done; echo ready; exec {fixtures}/print-signals TERM");
        target.WaitFor("^ready \\d+");
        Assert.True(Eventually.Holds(() => target.Processes().Count == 2), string.Join('\n', target.Processes()));
        target.Signal(Signum.SIGTERM);
        Assert.Equal(ExitStatus.Exited(0), target.WaitForExit());
    }

    [Fact]
    public void It_ends_with_the_command_and_not_with_what_that_left_behind()
    {
        var child = Run(Runner.Ours, Place.Process, Streams.Pipes, [], "sh", "-c", "sleep 600 & exit 7");
        Assert.Equal(ExitStatus.Exited(7), Exit(child));
    }

    [Theory]
    [InlineData(Runner.Ours)]
    [InlineData(Runner.DumbInit)]
    public void The_command_starts_with_clean_signals_and_its_own_descriptors(Runner runner)
    {
        var child = Run(runner, Place.Process, Streams.Pipes, [], Fixture("describe"), "ignored");
        Assert.Equal(ExitStatus.Exited(0), Exit(child));
        Assert.Contains("blocked 0000000000000000", child.Output.Lines);
        Assert.Contains("ignored 0000000000000000", child.Output.Lines);
        Assert.DoesNotContain(child.Output.Lines, line => line.StartsWith("leaked", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Runner.Ours)]
    [InlineData(Runner.Tini)]
    [InlineData(Runner.DumbInit)]
    public void Descriptors_that_it_is_given_reach_the_command(Runner runner)
    {
        // Sockets of an activation, a job server's pipe, podman run --preserve-fds.
        var child = Keep(Child.Start(["bash", "-c", "echo handed over > /tmp/$$; exec 7</tmp/$$; rm /tmp/$$; exec \"$@\"", "bash", .. RunnerCommand.Of(runner), "--", "sh", "-c", "cat <&7"]));
        Assert.Equal(ExitStatus.Exited(0), Exit(child));
        Assert.Equal(["handed over"], child.Output.Lines);
    }

    [Fact]
    public void Its_stdin_is_the_commands()
    {
        var child = Keep(Child.Start(["sh", "-c", "echo through | \"$@\"", "sh", .. RunnerCommand.Of(Runner.Ours), "--", "cat"]));
        Assert.Equal(ExitStatus.Exited(0), Exit(child));
        Assert.Equal(["through"], child.Output.Lines);
    }

    [Theory]
    [InlineData("-e 256 -- true")]
    [InlineData("-e x -- true")]
    [InlineData("-r TERM -- true")]
    [InlineData("-r TERM:BOGUS -- true")]
    [InlineData("-p BOGUS -- true")]
    [InlineData("-g --")]
    public void A_wrong_option_is_one_line_and_status_2(string words)
    {
        var child = Keep(Child.Start([.. RunnerCommand.Of(Runner.Ours), .. words.Split(' ')]));
        Assert.Equal(ExitStatus.Exited(2), Exit(child));
        Assert.StartsWith("Error: ", child.Error.Lines[0], StringComparison.Ordinal);
        Assert.InRange(child.Error.Lines.Count, 1, 2);
    }

    private static string Fixture(string name) => Path.Combine(Repository.Fixtures, name);

    private static string Expect(Child child, string pattern, int times = 1)
    {
        var match = child.Output.WaitFor(new(pattern), Eventually.Patience, times);
        Assert.True(match is not null, $"no line like {pattern} from {child.Command}:\n{child.Output}\n{child.Error}");
        return match.Value;
    }

    private static ExitStatus Exit(Child child)
    {
        var exit = child.WaitForExit(Eventually.Patience);
        Assert.True(exit is not null, $"{child.Command} has not exited:\n{child.Output}\n{child.Error}");
        return exit.Value;
    }

    private Child Run(Runner runner, Place place, Streams streams, string[] options, params string[] command) =>
        Keep(Child.Start([
            .. place == Place.Unshare ? ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child", "--"] : Array.Empty<string>(),
            .. RunnerCommand.Of(runner), .. options, "--", .. command], streams));

    private Child Keep(Child child)
    {
        _children.Add(child);
        return child;
    }

    /// <summary>A runner wherever it is PID 1 or not, signalled itself and not the one that put it there.</summary>
    private sealed class Target : IDisposable
    {
        private readonly Daemon _daemon;

        public Target(Runner runner, Place place, Streams streams, string[] options, params string[] command) => _daemon = Daemon.Start(new Launch
        {
            Place = place,
            Streams = streams,
            Command = place == Place.Container ? null : RunnerCommand.Of(runner)[0],
            Arguments = [.. options, "--", .. command],
        });

        public void WaitFor(string pattern) => _daemon.WaitForLine(pattern);

        public void Signal(Signum signal) => _daemon.Signal(signal);

        public ExitStatus WaitForExit() => _daemon.WaitForExit();

        public IReadOnlyList<ProcessEntry> Processes() => _daemon.Processes();

        public void Dispose() => _daemon.Dispose();
    }
}
