using System.Globalization;
using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Robustness;

/// <summary>
/// A start, a group or a life that fails midway leaves nothing: no descriptor, no process that stands still, no subscription. A failure is
/// injected at each call of a kind, one after the other.
/// </summary>
public sealed class HalfMadeTests(ITestOutputHelper output) : ControlledTest(output)
{
    private const string Listener = """
        import sys
        while True:
            sys.stdout.write('READY\n'); sys.stdout.flush()
            line = sys.stdin.readline()
            head = dict(part.split(':') for part in line.split())
            sys.stdin.read(int(head['len']))
            sys.stdout.write('RESULT 2\nOK'); sys.stdout.flush()
        """;

    public static TheoryData<string, string, int> Steps
    {
        get
        {
            // How many calls of a kind there may be in one start, and some before and after.
            var steps = new TheoryData<string, string, int>();
            foreach (var (call, error, most) in new[] { ("epoll_ctl", "ENOSPC", 9), ("pipe2", "EMFILE", 6), ("socket", "EMFILE", 3) })
                for (var n = 1; n <= most; n++)
                    steps.Add(call, error, n);
            return steps;
        }
    }

    /// <summary>The daemon is up when the injection begins to count: strace is attached to it.</summary>
    [Theory]
    [MemberData(nameof(Steps))]
    public void A_start_that_fails_at_any_call_is_tried_again_and_leaves_nothing(string call, string error, int which)
    {
        var daemon = Run("""
            [program:x]
            command=sh -c "yes | head -c 300000; echo alive; exec sleep 600"
            autostart=false
            ready_when=notify
            ready_timeout=2
            stop_tree=true
            stdout_logfile={dir}/x.log
            [program:y]
            command=sh -c "yes | head -c 300000; echo alive; exec sleep 600"
            autostart=false
            startsecs=0
            stdout_logfile={dir}/y.log

            """);
        daemon.WaitUntil(() => Ctl(daemon, null, "status").Contains("STOPPED", StringComparison.Ordinal), "clients are answered");
        var before = Descriptors(daemon);
        using var strace = Child.Start(["strace", "-f", "-p", daemon.Pid.ToString(CultureInfo.InvariantCulture), "-o", daemon.PathOf("trace"), "-e", $"trace={call}",
            "-e", $"inject={call}:error={error}:when={which}"]);
        daemon.WaitUntil(() => strace.Error.ToString().Contains("attached", StringComparison.Ordinal), "strace is attached");
        for (var n = 0; n < 3; n++)
        {
            Ctl(daemon, null, "start", "x", "y");
            Ctl(daemon, null, "stop", "x", "y");
        }
        strace.Signal(Signum.SIGINT);
        strace.WaitForExit(Eventually.Patience);
        Assert.Contains(error, daemon.Read("trace"), StringComparison.Ordinal); // or this shows nothing

        Ctl(daemon, 0, "start", "y");
        daemon.WaitUntil(() => daemon.Read("y.log").EndsWith("alive\n", StringComparison.Ordinal), "what y says is read");
        Ctl(daemon, 0, "stop", "y");
        daemon.WaitUntil(() => Descriptors(daemon).Count <= before.Count, $"as many descriptors as before, {string.Join(", ", before)}, and not {string.Join(", ", Descriptors(daemon))}");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void A_group_that_cannot_be_added_leaves_no_pool_that_hears_events()
    {
        var folder = FolderWithListener();
        var daemon = Run("[program:x]\ncommand=sleep 600\n", "loglevel=debug\n", new Launch { Program = "supervisord", Folder = folder, Arguments = ["-n", "-c", "{dir}/supervisord.conf"] });
        daemon.WaitForLine("success: x");
        var config = daemon.Read("supervisord.conf");
        // Its own log file of our naming cannot be made: that folder is a file.
        File.WriteAllText(daemon.PathOf("supervisord.conf"), config.Replace("[supervisord]\n", "[supervisord]\nchildlogdir={dir}/logs\n".Replace("{dir}", folder), StringComparison.Ordinal)
            + $"[eventlistener:l]\ncommand=python3 {folder}/listener.py\nevents=EVENT\nbuffer_size=1\n");
        Directory.CreateDirectory(daemon.PathOf("logs"));
        Ctl(daemon, 0, "reread");
        Directory.Delete(daemon.PathOf("logs"));
        for (var n = 0; n < 3; n++)
            Assert.Contains("Fault 30", Ctl(daemon, null, "add", "l"), StringComparison.Ordinal);
        Ctl(daemon, 0, "restart", "x");
        Assert.DoesNotContain("event buffer overflowed", daemon.Output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("pool l", daemon.Output.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void A_life_that_cannot_begin_leaves_no_pool_in_the_one_that_goes_on()
    {
        var folder = FolderWithListener();
        Directory.CreateDirectory(Path.Combine(folder, "logs"));
        var daemon = Run($"""
            [program:x]
            command=sh -c "trap 'sleep 2; exit 0' TERM; while :; do sleep 0.1; done"
            [eventlistener:l]
            command=python3 {folder}/listener.py
            events=PROCESS_STATE
            stdout_logfile=NONE
            stderr_logfile=NONE

            """, $"childlogdir={folder}\n", new Launch { Program = "supervisord", Folder = folder, Arguments = ["-n", "-c", "{dir}/supervisord.conf"] });
        daemon.WaitForLine("success: x");
        File.WriteAllText(daemon.PathOf("supervisord.conf"), daemon.Read("supervisord.conf").Replace($"childlogdir={folder}\n", $"childlogdir={folder}/logs\n", StringComparison.Ordinal));
        Ctl(daemon, 0, "reload");
        // Its folder is there when the configuration is tried, and gone when the next life makes its logs.
        daemon.WaitForLine("waiting for .*x to die");
        Directory.Delete(daemon.PathOf("logs"));
        daemon.WaitForLine("ERRO restarted with the configuration of before: ");
        daemon.WaitForLine("success: l", 2);
        for (var n = 0; n < 5; n++)
            daemon.Kill("x", Signum.SIGKILL);
        daemon.WaitForLine("spawned: 'x'", 3);
        // A pool of the life that did not begin would have nobody to give its events to.
        Assert.DoesNotContain("event buffer overflowed", daemon.Output.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    private static string FolderWithListener()
    {
        var folder = Daemon.FreshFolder();
        File.WriteAllText(Path.Combine(folder, "listener.py"), Listener);
        return folder;
    }

    /// <summary>But for those that the HTTP server makes at its first request.</summary>
    private static List<string> Descriptors(Daemon daemon) =>
        [.. new DirectoryInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/{daemon.Pid}/fd")).EnumerateFileSystemInfos().Select(link => $"{link.Name} {link.LinkTarget}")
            .Where(link => !link.EndsWith("[eventpoll]", StringComparison.Ordinal))];
}
