using System.Text.RegularExpressions;
using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Seeing;

/// <summary>`supervisorctl status --watch`, of ours and towards each supervisord.</summary>
public sealed class WatchTests(ITestOutputHelper output) : DaemonTest(output)
{
    [Theory]
    [MemberData(nameof(Servers.Each), MemberType = typeof(Servers))]
    public void On_a_pipe_each_change_is_a_block_and_Ctrl_C_is_no_failure(Implementation server)
    {
        var daemon = Run(server);
        using var watch = Watch(daemon, Streams.Pipes, "one");
        Await(daemon, watch, @"^one +RUNNING +pid \d+");
        Child.Run(Implementation.Ours.PathOf("supervisorctl"), "-c", daemon.PathOf("supervisord.conf"), "stop", "one");
        Await(daemon, watch, @"^one +STOPPED");
        watch.Signal(Signum.SIGINT);
        Assert.Equal(ExitStatus.Exited(0), watch.WaitForExit(Eventually.Patience));
        var blocks = watch.Output.ToString().Split("\n\n");
        Assert.Single(blocks, block => block.Contains("RUNNING", StringComparison.Ordinal)); // an uptime alone is no change
        Assert.DoesNotContain("two", watch.Output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Servers.Each), MemberType = typeof(Servers))]
    public void On_a_terminal_uptimes_go_on_in_place(Implementation server)
    {
        var daemon = Run(server);
        using var watch = Watch(daemon, Streams.Terminal);
        Await(daemon, watch, "uptime 0:00:0[0-9].*uptime 0:00:0[0-9]", all: true);
        Assert.True(Eventually.Holds(() => Uptimes(watch) >= 3), watch.Output.ToString());
        watch.Type("\x03");
        Assert.Equal(ExitStatus.Exited(0), watch.WaitForExit(Eventually.Patience));
        Assert.Contains("\x1b[?1049h", watch.Output.ToString(), StringComparison.Ordinal);
        Assert.Contains("\x1b[?1049l", watch.Output.ToString(), StringComparison.Ordinal);

        static int Uptimes(Child watch) => Regex.Matches(watch.Output.ToString(), @"uptime (\S+\d)").Select(match => match.Groups[1].Value).Distinct().Count();
    }

    [Theory]
    [InlineData(Signum.SIGTERM)]
    [InlineData(Signum.SIGHUP)]
    [InlineData(Signum.SIGQUIT)]
    public void A_signal_that_ends_it_leaves_the_terminal_as_it_was(Signum signal)
    {
        var daemon = Run(Implementation.Ours);
        using var watch = Watch(daemon, Streams.Terminal);
        Await(daemon, watch, "uptime 0:00:0[0-9]");
        watch.Signal(signal);
        Assert.Equal(ExitStatus.Killed(signal), watch.WaitForExit(Eventually.Patience));
        Assert.True(Eventually.Holds(() => watch.Output.ToString().EndsWith("\x1b[?25h\x1b[?1049l", StringComparison.Ordinal)), watch.Output.ToString());
    }

    [Theory]
    [MemberData(nameof(Servers.Each), MemberType = typeof(Servers))]
    public void It_ends_with_the_daemon(Implementation server)
    {
        var daemon = Run(server);
        using var watch = Watch(daemon, Streams.Pipes);
        Await(daemon, watch, @"^one +RUNNING");
        daemon.Stop();
        Assert.Equal(ExitStatus.Exited(4), watch.WaitForExit(Eventually.Patience));
    }

    [Theory]
    [MemberData(nameof(Servers.Each), MemberType = typeof(Servers))]
    public void It_goes_on_with_the_next_life_of_the_daemon(Implementation server)
    {
        var daemon = Run(server);
        using var watch = Watch(daemon, Streams.Pipes, "one");
        Await(daemon, watch, @"^one +RUNNING +pid \d+");
        var before = Regex.Match(watch.Output.ToString(), @"RUNNING +pid (\d+)").Groups[1].Value;
        daemon.Signal(Signum.SIGHUP);
        Await(daemon, watch, $@"^one +RUNNING +pid (?!{before},)\d+");
        daemon.Stop();
        Assert.Equal(ExitStatus.Exited(4), watch.WaitForExit(Eventually.Patience));
        Assert.Contains("does not answer any more", watch.Output.ToString() + watch.Error, StringComparison.Ordinal);
    }

    private Daemon Run(Implementation server)
    {
        var daemon = Start(new Launch
        {
            Implementation = server,
            Program = "supervisord",
            Arguments = ["-n", "-c", "{dir}/supervisord.conf"],
            Config = WhyTests.Head + "[program:one]\ncommand=sleep 600\nstartsecs=0\n[program:two]\ncommand=sleep 600\nstartsecs=0\n",
        });
        daemon.WaitForLine("success: one");
        daemon.WaitForLine("success: two");
        return daemon;
    }

    private static Child Watch(Daemon daemon, Streams streams, params string[] names) => Child.Start(
        [Implementation.Ours.PathOf("supervisorctl"), "-c", daemon.PathOf("supervisord.conf"), "status", "--watch", .. names],
        streams, daemon.Folder, Child.PlainEnvironment());

    private static void Await(Daemon daemon, Child watch, string pattern, bool all = false)
    {
        if (!Eventually.Holds(() => Regex.IsMatch(watch.Output.ToString(), pattern, all ? RegexOptions.Singleline : RegexOptions.Multiline)))
            throw daemon.Failure($"{watch.Command} did not say {pattern}:\n{watch.Output}\n{watch.Error}");
    }
}
