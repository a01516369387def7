using System.Globalization;
using System.Text.RegularExpressions;
using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Pid1;

/// <summary>
/// What `pgrep -x supervisord`, `killall supervisord` and `start-stop-daemon --name supervisord` look for: the name that we were called by,
/// although all names are links to one file and we execute that file once more at the start.
/// </summary>
public sealed class NameTests(ITestOutputHelper output) : DaemonTest(output)
{
    private const string Config = """
        [supervisord]
        logfile={dir}/supervisord.log
        pidfile={dir}/supervisord.pid
        [unix_http_server]
        file={dir}/s.sock
        [rpcinterface:supervisor]
        supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
        [supervisorctl]
        serverurl=unix://{dir}/s.sock
        [program:witness]
        command={fixtures}/print-signals TERM
        stdout_logfile={dir}/witness.log
        """;

    [Theory]
    [InlineData(Place.Process, "supervisord", "-n -c {dir}/supervisord.conf", "supervisord")]
    [InlineData(Place.Unshare, "supervisord", "-c {dir}/supervisord.conf", "supervisord")]
    [InlineData(Place.Container, "supervisord", "-c {dir}/supervisord.conf", "supervisord")]
    [InlineData(Place.Process, "init", "-c {dir}/supervisord.conf", "init")]
    [InlineData(Place.Unshare, "init", "-c {dir}/supervisord.conf", "init")]
    [InlineData(Place.Process, "init", "supervisord -n -c {dir}/supervisord.conf", "init")]
    public void It_has_the_name_that_it_was_called_by(Place place, string program, string words, string expected)
    {
        var daemon = Start(new Launch { Program = program, Place = place, Config = Config, Arguments = words.Split(' ') });
        daemon.WaitUntil(() => daemon.Read("witness.log").Contains("ready", StringComparison.Ordinal), "the program runs");
        Assert.Equal(expected, new ProcessEntry(daemon.Pid).Name);
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void So_has_the_daemon_in_the_background()
    {
        var caller = Start(new Launch { Program = "supervisord", Config = Config });
        Assert.Equal(ExitStatus.Exited(0), caller.WaitForExit());
        caller.WaitUntil(() => caller.Read("witness.log").Contains("ready", StringComparison.Ordinal), "the program runs");
        var pid = int.Parse(caller.Read("supervisord.pid"), CultureInfo.InvariantCulture);
        Assert.Equal("supervisord", new ProcessEntry(pid).Name);
        _ = Posix.kill(pid, (int)Signum.SIGTERM);
        caller.WaitUntil(() => !Directory.Exists($"/proc/{pid}"), "it ends");
    }

    [Fact]
    public void So_have_supervisorctl_and_pidproxy()
    {
        var daemon = Start(new Launch { Program = "supervisord", Config = Config, Arguments = ["-n", "-c", "{dir}/supervisord.conf"] });
        daemon.WaitUntil(() => daemon.Read("witness.log").Contains("ready", StringComparison.Ordinal), "the program runs");
        using var follows = Child.Start([Implementation.Ours.PathOf("supervisorctl"), "-c", daemon.PathOf("supervisord.conf"), "tail", "-f", "witness"]);
        Assert.NotNull(follows.Output.WaitFor(new Regex("ready"), Eventually.Patience));
        Assert.Equal("supervisorctl", new ProcessEntry(follows.Pid).Name);
        using var proxy = Child.Start([Implementation.Ours.PathOf("pidproxy"), daemon.PathOf("none"), "/bin/sh", "-c", "echo runs; exec sleep 600"]);
        Assert.NotNull(proxy.Output.WaitFor(new Regex("runs"), Eventually.Patience));
        Assert.Equal("pidproxy", new ProcessEntry(proxy.Pid).Name);
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }
}
