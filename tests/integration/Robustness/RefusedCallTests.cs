using System.Text.RegularExpressions;
using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Robustness;

/// <summary>System calls that fail although nobody has done anything wrong: a seccomp filter does not know them, or a limit is reached.</summary>
public sealed class RefusedCallTests(ITestOutputHelper output) : DaemonTest(output)
{
    /// <summary>-D: the daemon keeps its place as our child.</summary>
    private static string[] Refused(string call, string how) => ["strace", "-D", "-f", "-o", "{dir}/trace", "-e", $"trace={call}", "-e", $"inject={call}:{how}"];

    [Theory] // what runc answers for a call that its filter does not know, and what else there is
    [InlineData("EPERM")]
    [InlineData("EINVAL")]
    [InlineData("ENOSYS")]
    [InlineData("EOPNOTSUPP")]
    public void What_programs_say_reaches_somebody_elses_pipe_without_pwritev2(string error)
    {
        var daemon = Start(new Launch
        {
            // Nobody may open the pipe anew, which is root's.
            Wrapper = [.. Refused("pwritev2", $"error={error}"), "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"],
            Config = """
                [supervisord]
                [program:says]
                command={fixtures}/lines 2000 says
                startsecs=0
                autorestart=false
                """,
        });
        daemon.WaitForLine("says done$");
        daemon.WaitForLine("exited: says");
        Assert.Contains(error, daemon.Read("trace"), StringComparison.Ordinal); // or this shows nothing
        Assert.Equal(2000, daemon.Output.Lines.Count(line => Regex.IsMatch(line, @"\bsays \d+$")));
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void A_program_whose_readiness_cannot_be_watched_runs_once_all_the_same()
    {
        // The fifth descriptor that is watched, after our own two and the program's two pipes, is the socket for notifications.
        var daemon = Start(new Launch
        {
            Wrapper = Refused("epoll_ctl", "error=ENOSPC:when=5"),
            Config = """
                [supervisord]
                [program:n]
                command=sh -c "echo $$ >> pids; test -e again && exec {fixtures}/be-ready notify READY=1; touch again; exec sleep 600"
                directory={dir}
                startsecs=0
                ready_when=notify
                ready_timeout=2
                """,
        });
        daemon.WaitForLine(@"CRIT cannot watch whether n \(\d+\) is ready: epoll_ctl: ");
        daemon.WaitForLine("WARN n is not ready within 2 s: notify: it cannot be watched: No space left on device$");
        daemon.WaitForLine(@"success: n entered RUNNING state, it is ready \(notify\)$");
        var pids = daemon.Read("pids").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, pids.Length);
        Assert.False(Directory.Exists($"/proc/{pids[0]}"));
        Assert.Matches($@"(?s)spawned: 'n' with pid {pids[0]}.*exited: n .*spawned: 'n' with pid {pids[1]}", daemon.Output.ToString());
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }
}
