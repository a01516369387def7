using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Stopping;

/// <summary>forward_signals: signals that reach a program, or mean an action.</summary>
public sealed class ForwardTests(ITestOutputHelper output) : StoppingTest(output)
{
    [Theory]
    [InlineData(Place.Process)]
    [InlineData(Place.Unshare)]
    [InlineData(Place.Container)]
    public void A_signal_reaches_its_target_alone_and_keeps_no_meaning_of_ours(Place place)
    {
        var daemon = Run("""
            [program:nginx]
            command={fixtures}/print-signals
            stopsignal=KILL
            [program:web]
            command={fixtures}/print-signals
            process_name=web_%(process_num)d
            numprocs=2
            stopsignal=KILL
            [program:other]
            command={fixtures}/print-signals
            stopsignal=KILL
            """, "forward_signals=USR1:nginx, USR2:web, HUP:web:web_1, WINCH:nginx, CONT:nginx, QUIT:nginx, 37:nginx\n", place);
        daemon.WaitForLine("ready", 4);
        daemon.Signal(Signum.SIGUSR1);
        daemon.WaitForLine(@"INFO received SIGUSR1, which is forwarded to nginx \(pid \d+\)$");
        daemon.WaitForLine("got USR1");
        daemon.Signal(Signum.SIGUSR2);
        daemon.WaitForLine("got USR2", 2);
        daemon.Signal(Signum.SIGHUP);
        daemon.WaitForLine(@"INFO received SIGHUP, which is forwarded to web:web_1 \(pid \d+\)$");
        daemon.WaitForLine("got HUP");
        foreach (var signal in new[] { Signum.SIGWINCH, Signum.SIGCONT, Signum.SIGQUIT })
        {
            daemon.Signal(signal);
            daemon.WaitForLine($"got {signal.ToString()[3..]}");
        }
        Assert.Equal(0, Posix.kill(daemon.Pid, 37));
        daemon.WaitForLine(@"WARN exited: nginx \(terminated by signal 37; not expected\)$");
        Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains("indicating", StringComparison.Ordinal));
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        Assert.Single(daemon.Output.Lines, line => line.Contains("got HUP", StringComparison.Ordinal));
        Assert.Equal(2, daemon.Output.Lines.Count(line => line.Contains("got USR2", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_does_not_run_is_said()
    {
        var daemon = Run("[program:nginx]\ncommand=cat\nautostart=false\n", "forward_signals=USR1:nginx\n");
        daemon.WaitForLine("supervisord started");
        daemon.Signal(Signum.SIGUSR1);
        daemon.WaitForLine("INFO received SIGUSR1, which is forwarded to nginx, but nothing of that name runs$");
    }

    [Theory] // C-170
    [InlineData(Signum.SIGUSR1)]
    [InlineData(Signum.SIGPWR)]
    [InlineData((Signum)40)]
    public void What_is_not_listed_has_its_effect_as_ever(Signum signal)
    {
        var daemon = Run("[program:cat]\ncommand=cat\n", "forward_signals=USR2:cat\n");
        daemon.WaitForLine("success: cat");
        var cat = daemon.PidOf("cat");
        daemon.Signal(signal);
        Assert.Equal(ExitStatus.Killed(signal), daemon.WaitForExit());
        daemon.WaitUntil(() => !Lives(cat), "its stdin has ended");
    }

    [Fact]
    public void PID_1_does_not_die_of_it()
    {
        var daemon = Run("[program:cat]\ncommand=cat\n", "forward_signals=USR2:reopen\n", Place.Unshare);
        daemon.WaitForLine("success: cat");
        daemon.Signal(Signum.SIGUSR1);
        daemon.Signal(Signum.SIGUSR2);
        daemon.WaitForLine("INFO received SIGUSR2 indicating log reopen request$");
        daemon.WaitForLine("supervisord logreopen");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void One_may_mean_the_end()
    {
        var daemon = Run("[program:cat]\ncommand=cat\n", "forward_signals=RTMIN+3:shutdown\n");
        daemon.WaitForLine("success: cat");
        Assert.Equal(0, Posix.kill(daemon.Pid, 37));
        daemon.WaitForLine(@"WARN received RTMIN\+3 indicating exit request$");
        Assert.Equal(ExitStatus.Exited(0), daemon.WaitForExit());
    }

    private const string Before = "[program:kept]\ncommand=sleep 600\n[program:changed]\ncommand=sleep 600\n[program:gone]\ncommand=sleep 600\n";
    private const string After = "[program:kept]\ncommand=sleep 600\n[program:changed]\ncommand=sleep 601\n[program:new]\ncommand=sleep 600\n";

    private Daemon Updating(string programs)
    {
        var daemon = Run("[include]\nfiles={dir}/programs.ini\n[program:always]\ncommand=sleep 600\n", "forward_signals=HUP:update\n");
        daemon.WaitForLine("success: always");
        Apply(daemon, programs);
        return daemon;
    }

    private static void Apply(Daemon daemon, string programs)
    {
        File.WriteAllText(daemon.PathOf("programs.ini"), programs);
        daemon.Signal(Signum.SIGHUP);
    }

    [Fact]
    public void An_update_adds_removes_and_changes_groups_and_touches_no_others()
    {
        var daemon = Updating(Before);
        daemon.WaitForLine("success: (kept|changed|gone)", 3);
        var (kept, changed, gone) = (daemon.PidOf("kept"), daemon.PidOf("changed"), daemon.PidOf("gone"));
        Apply(daemon, After);
        daemon.WaitForLine("INFO received SIGHUP indicating update request$", 2);
        daemon.WaitForLine("INFO gone: removed process group$");
        daemon.WaitForLine("INFO changed: updated process group$");
        daemon.WaitForLine("INFO new: added process group$");
        daemon.WaitForLine("success: new");
        daemon.WaitForLine("success: changed", 2);
        Assert.True(Lives(kept));
        Assert.False(Lives(changed));
        Assert.False(Lives(gone));
        Assert.Matches(@"^always +RUNNING .*\nchanged +RUNNING .*\nkept +RUNNING .*\nnew +RUNNING .*\n$", Ctl(daemon, 0, "status"));
        daemon.Signal(Signum.SIGHUP);
        daemon.WaitForLine("INFO No config updates to processes$");
        Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains("stopped: kept", StringComparison.Ordinal));
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void A_bad_configuration_is_one_line_and_nothing_changes()
    {
        var daemon = Updating(Before);
        daemon.WaitForLine("success: (kept|changed|gone)", 3);
        Apply(daemon, After + "autostart=perhaps\n");
        daemon.WaitForLine("ERRO update refused, nothing is changed: not a valid boolean value: 'perhaps' in section 'program:new'");
        Assert.Matches(@"^always +RUNNING .*\nchanged +RUNNING .*\ngone +RUNNING .*\nkept +RUNNING .*\n$", Ctl(daemon, 0, "status"));
        Apply(daemon, After);
        daemon.WaitForLine("INFO new: added process group$");
        Assert.Single(daemon.Output.Lines, line => line.Contains(" ERRO ", StringComparison.Ordinal));
    }

    [Fact]
    public void One_that_comes_during_another_is_one_more_after_it()
    {
        // The update waits for slow to end, and the daemon answers meanwhile.
        var daemon = Updating("[program:slow]\ncommand={fixtures}/print-signals USR1\n".Replace("{fixtures}", Repository.Fixtures, StringComparison.Ordinal));
        daemon.WaitForLine("ready");
        daemon.WaitForLine("success: slow");
        Apply(daemon, "");
        daemon.WaitForLine("got TERM");
        Assert.Matches(@"(?m)^slow +STOPPING", Ctl(daemon, null, "status"));
        Apply(daemon, After);
        Apply(daemon, After);
        daemon.WaitForLine("received SIGHUP indicating update request$", 3);
        Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains("added process group", StringComparison.Ordinal) && !line.Contains("slow", StringComparison.Ordinal));
        daemon.Kill("slow", Signum.SIGUSR1);
        daemon.WaitForLine("INFO slow: removed process group$");
        daemon.WaitForLine("INFO (kept|changed|new): added process group$", 3);
        daemon.WaitForLine("success: (kept|changed|new)", 3);
    }

    [Fact]
    public void The_end_of_everything_overtakes_it()
    {
        var daemon = Updating("[program:slow]\ncommand={fixtures}/print-signals USR1\n".Replace("{fixtures}", Repository.Fixtures, StringComparison.Ordinal));
        daemon.WaitForLine("ready");
        Apply(daemon, After);
        daemon.WaitForLine("got TERM");
        daemon.Signal(Signum.SIGTERM);
        daemon.WaitForLine("received SIGTERM indicating exit request");
        daemon.Signal(Signum.SIGHUP);
        daemon.WaitForLine(@"WARN ignored SIGHUP indicating update request \(shutdown in progress\)$");
        daemon.Kill("slow", Signum.SIGUSR1);
        Assert.Equal(ExitStatus.Exited(0), daemon.WaitForExit());
        Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains("spawned: 'new'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("USR1:nosuch", "forward_signals names unknown program or group nosuch in section 'supervisord'")]
    [InlineData("KILL:cat", "invalid 'forward_signals' value 'KILL:cat' in section 'supervisord'")]
    public void An_error_in_it_is_one_line_and_status_2(string value, string error)
    {
        var daemon = Run("[program:cat]\ncommand=cat\n", $"forward_signals={value}\n");
        Assert.Equal(ExitStatus.Exited(2), daemon.WaitForExit());
        daemon.WaitForErrorLine("^Error: " + error);
    }
}
