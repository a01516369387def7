using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Pid1;

/// <summary>exit_when_done where it is not done: nothing has ended yet, or somebody may still go on.</summary>
public sealed class WhenDoneTests(ITestOutputHelper output) : ControlledTest(output)
{
    private const string Never = "[program:never]\ncommand=sleep 600\nautostart=false\n";

    [Fact]
    public void It_stays_where_nothing_was_ever_started_although_something_changes()
    {
        var daemon = Run(Never + "[program:other]\ncommand=sleep 600\nautostart=false\n[eventlistener:l]\ncommand=sleep 600\nevents=TICK_3600\n");
        daemon.WaitForLine("success: l");
        Ctl(daemon, 0, "remove", "never");
        Ctl(daemon, 0, "stop", "l");
        AssertStays(daemon);
    }

    [Fact]
    public void The_end_of_a_listener_is_none()
    {
        var daemon = Run("[program:one]\ncommand=sleep 600\n[eventlistener:l]\ncommand=sh -c 'sleep 1.5; exit 1'\nevents=TICK_3600\n");
        daemon.WaitForLine("success: one");
        Ctl(daemon, 0, "stop", "one");
        daemon.WaitForLine("exited: l", 2);
        AssertStays(daemon);
    }

    [Fact]
    public void What_waits_for_a_program_that_somebody_has_stopped_keeps_it()
    {
        var daemon = Run("""
            [program:db]
            command=sleep 600
            [program:worker]
            command=sleep 600
            depends_on=db
            [program:job]
            command=sh -c 'until [ -e {dir}/go ]; do sleep .05; done'
            autorestart=false
            """);
        daemon.WaitForLine("success: worker");
        Ctl(daemon, 0, "stop", "worker");
        Ctl(daemon, 0, "stop", "db");
        // It starts db with it, which is then stopped by hand again.
        using var start = Child.Start([Implementation.Ours.PathOf("supervisorctl"), "-c", daemon.PathOf("supervisord.conf"), "start", "worker"]);
        daemon.WaitForLine("spawned: 'db'", 2);
        Ctl(daemon, 0, "stop", "db");
        File.WriteAllText(daemon.PathOf("go"), "");
        daemon.WaitForLine("exited: job");
        Assert.Contains("waiting for db:ready", Ctl(daemon, 3, "status", "worker"), StringComparison.Ordinal);
        Ctl(daemon, 0, "start", "db");
        daemon.WaitForLine("success: worker", 2);
        AssertStays(daemon);
    }

    private Daemon Run(string programs) => Run(programs, "exit_when_done=true\n");

    private static void AssertStays(Daemon daemon)
    {
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains("all programs have ended", StringComparison.Ordinal));
    }
}
