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
}
