using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Robustness;

/// <summary>A parent that leaves us in an odd state: what it ignores, closes or limits must not be our end.</summary>
public sealed class InheritanceTests(ITestOutputHelper output) : DaemonTest(output)
{
    private static readonly string[] _ignoringChildren = ["perl", "-e", "$SIG{CHLD} = 'IGNORE'; exec @ARGV"];

    [Fact]
    public void With_SIGCHLD_ignored_by_the_parent_deaths_are_seen()
    {
        // The kernel would reap the children itself and tell nobody.
        var daemon = Start(new Launch
        {
            Wrapper = _ignoringChildren,
            Config = """
                [supervisord]
                [program:dies]
                command=sh -c "exit 3"
                startsecs=0
                autorestart=false
                [program:stays]
                command=sleep 600
                """,
        });
        daemon.WaitForLine(@"exited: dies \(exit status 3; not expected\)");
        daemon.WaitForLine("success: stays");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void With_SIGCHLD_ignored_by_the_parent_one_command_still_ends()
    {
        using var child = Child.Start([.. _ignoringChildren, Implementation.Ours.PathOf("init"), "--", "sh", "-c", "exit 3"]);
        Assert.Equal(ExitStatus.Exited(3), child.WaitForExit(Eventually.Patience));
    }

    [Fact]
    public void With_stdin_closed_the_command_gets_no_descriptor_of_ours()
    {
        using var child = Child.Start(["sh", "-c", "exec \"$@\" <&-", "sh", Implementation.Ours.PathOf("init"), "--", "readlink", "/proc/self/fd/0"]);
        Assert.Equal(ExitStatus.Exited(0), child.WaitForExit(Eventually.Patience));
        Assert.Equal("/dev/null", child.Output.ToString().Trim());
    }

    [Fact]
    public void A_log_at_the_limit_of_its_size_is_an_error_and_not_the_end()
    {
        // SIGXFSZ ends a process that does not expect it.
        var daemon = Start(new Launch
        {
            Wrapper = ["prlimit", "--fsize=10240"],
            Config = """
                [supervisord]
                [program:writes]
                command=sh -c "head -c 30000 /dev/zero; exec sleep 600"
                stdout_logfile={dir}/writes.log
                """,
        });
        daemon.WaitForLine("ERRO writes stdout: cannot write .*EFBIG");
        daemon.WaitForLine("success: writes");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void A_FIFO_among_the_included_files_is_passed_over()
    {
        var daemon = Start(new Launch
        {
            Config = """
                [supervisord]
                [include]
                files={dir}/*.part
                [program:witness]
                command=sleep 600
                """,
        });
        daemon.WaitForLine("success: witness");
        Assert.Equal(0, Syscall.mkfifo(daemon.PathOf("a.part"), FilePermissions.S_IRUSR | FilePermissions.S_IWUSR));
        daemon.Signal(Signum.SIGHUP);
        daemon.WaitForLine("success: witness", 2);
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }
}
