using System.Text.RegularExpressions;
using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;

namespace Init.Integration.OneCommand;

/// <summary>pidproxy, beside Debian's where both make the same promise (E-071 to E-076).</summary>
public sealed class PidProxyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("init-pidproxy-").FullName;

    private string Pidfile => Path.Combine(_folder, "pid");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Child Start(Implementation implementation, params string[] words) =>
        Child.Start([implementation.PathOf("pidproxy"), .. words], Streams.Pipes);

    private static void Hear(Child child, string text) =>
        Assert.True(child.Output.WaitFor(new Regex(Regex.Escape(text)), Eventually.Patience) is not null, child.Output.ToString());

    /// <summary>A command that goes into the background and leaves its pid in the file, while a process in its place stays.</summary>
    private Child StartDaemon(Implementation implementation)
    {
        var signals = Path.Combine(Repository.Fixtures, "print-signals");
        var child = Start(implementation, Pidfile, "/bin/sh", "-c", $"{signals} TERM & echo $! > {Pidfile}; exec sleep 1000");
        Hear(child, "ready");
        return child;
    }

    [Theory]
    [InlineData(Implementation.Ours)]
    [InlineData(Implementation.Debian)]
    public void Signals_go_to_the_process_that_the_pidfile_names(Implementation implementation)
    {
        using var proxy = StartDaemon(implementation);
        foreach (var (signal, name) in new[] { (Signum.SIGHUP, "HUP"), (Signum.SIGUSR1, "USR1"), (Signum.SIGUSR2, "USR2") })
        {
            proxy.Signal(signal);
            Hear(proxy, $"got {name}");
        }
        proxy.Signal(Signum.SIGTERM);
        Assert.Equal(ExitStatus.Exited(0), proxy.WaitForExit(Eventually.Patience));
        Hear(proxy, "got TERM");
        Assert.Empty(proxy.Error.ToString());
    }

    [Theory]
    [InlineData(Implementation.Ours)]
    [InlineData(Implementation.Debian)]
    public void A_pidfile_that_cannot_be_read_is_told_and_nothing_ends(Implementation implementation)
    {
        using var proxy = StartDaemon(implementation);
        var daemon = File.ReadAllText(Pidfile);
        File.WriteAllText(Pidfile, "no number");
        proxy.Signal(Signum.SIGTERM);
        Hear(proxy, $"Can't read child pidfile {Pidfile}!");
        File.WriteAllText(Pidfile, daemon);
        proxy.Signal(Signum.SIGTERM);
        Assert.Equal(ExitStatus.Exited(0), proxy.WaitForExit(Eventually.Patience));
    }

    [Theory]
    [InlineData(Implementation.Ours)]
    [InlineData(Implementation.Debian)]
    public void Too_few_words_are_answered_with_the_usage(Implementation implementation)
    {
        foreach (var words in new string[][] { [], ["pidfile"], ["-h"] })
        {
            using var proxy = Start(implementation, words);
            Assert.Equal(ExitStatus.Exited(1), proxy.WaitForExit(Eventually.Patience));
            Assert.StartsWith("pidproxy -- run command and proxy signals to it via its pidfile.", proxy.Output.ToString().TrimStart(), StringComparison.Ordinal);
            Assert.Contains("<pidfile name> <command> [<cmdarg1> ...]", proxy.Output.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Its_end_follows_the_commands_at_once_with_status_0()
    {
        using var proxy = Start(Implementation.Ours, Pidfile, "/bin/sh", "-c", "exit 3");
        Assert.Equal(ExitStatus.Exited(0), proxy.WaitForExit(TimeSpan.FromSeconds(4))); // Supervisor's takes five seconds
    }

    [Fact]
    public void A_command_that_is_not_there_is_told()
    {
        using var proxy = Start(Implementation.Ours, Pidfile, "/nonexistent");
        Assert.Equal(ExitStatus.Exited(127), proxy.WaitForExit(Eventually.Patience));
        Assert.Contains("/nonexistent", proxy.Error.ToString(), StringComparison.Ordinal);
    }
}
