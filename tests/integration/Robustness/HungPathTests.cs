using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Robustness;

/// <summary>
/// Nothing that a user names can hold up the loop: a path on a mount that does not answer (a server that is gone), an expression that takes
/// for ever. While that lasts, programs are restarted, clients are answered, and a stop stops everything.
/// </summary>
public sealed class HungPathTests(ITestOutputHelper output) : ControlledTest(output)
{
    private const string Witness = "[program:witness]\ncommand=sleep 600\nstartsecs=0\n";

    public static TheoryData<string> Programs =>
    [
        "command=sleep 600\nready_when=file:{dir}/hung/ready\nready_timeout=600",
        "command=sleep 600\nready_when=file:{dir}/hung/a/b/c/ready\nready_timeout=2",
        "command=sleep 600\nready_when=unix:{dir}/hung/socket\nready_timeout=600",
        "command=sleep 600\nhealthcheck=file:{dir}/hung/alive\nhealthcheck_interval=1\nhealthcheck_timeout=1\nstartsecs=0",
        "command=sleep 600\nhealthcheck=unix:{dir}/hung/socket\nhealthcheck_interval=1\nhealthcheck_timeout=1\nstartsecs=0",
        "command=sleep 600\nhealthcheck=command:{dir}/hung/check\nhealthcheck_interval=1\nhealthcheck_timeout=1\nstartsecs=0",
        "command={dir}/hung/program",
        "command=sleep 600\nenvironment=PATH=\"{dir}/hung:/bin:/usr/bin\"",
        "command=sleep 600\ndirectory={dir}/hung",
        "command=sleep 600\ndirectory={dir}/hung\nuser=nobody",
        "command=sleep 600\nenvironment_file={dir}/hung/variables",
        "command=sleep 600\nstdout_logfile={dir}/hung/log",
        "command=sleep 600\nstderr_logfile={dir}/hung/log",
        "command=sleep 600\nstop_command={dir}/hung/stop\nstopwaitsecs=2\nstartsecs=0",
    ];

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_path_that_does_not_answer_holds_up_nothing_but_its_program(string program)
    {
        var daemon = Hung("[program:x]\n" + program + "\n" + Witness);
        LivesOn(daemon);
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop(TimeSpan.FromSeconds(15)));
    }

    [Fact]
    public void Many_programs_with_such_paths_cost_no_more_than_one()
    {
        var many = string.Concat(Enumerable.Range(0, 60).Select(n => $"[program:x{n}]\ncommand={{dir}}/hung/program{n}\nstartretries=1\n"));
        var daemon = Hung(many + Witness);
        LivesOn(daemon);
        daemon.WaitForLine("gave up: x59");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Theory]
    [InlineData("reread")]
    [InlineData("update")]
    [InlineData("reload")]
    public void A_configuration_there_is_refused_and_what_runs_goes_on(string action)
    {
        var daemon = Hung(Witness);
        daemon.WaitForLine("success: witness");
        File.AppendAllText(daemon.PathOf("supervisord.conf"), $"[include]\nfiles={daemon.Folder}/hung/*.conf\n");
        Assert.Contains("could not read config file", Ctl(daemon, null, action), StringComparison.Ordinal);
        LivesOn(daemon);
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void An_expression_that_takes_for_ever_holds_up_nothing_but_its_program()
    {
        var daemon = Run("""
            [program:x]
            command=sh -c "i=0; while [ $i -lt 60 ]; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaa!; i=$((i+1)); done; exec sleep 600"
            ready_when=log:^(a+)+$
            ready_timeout=600

            """ + Witness);
        LivesOn(daemon);
        daemon.WaitForLine("ERRO x: the expression takes too long, its output is not looked at any more: log:");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void A_program_that_prints_faster_than_its_expression_is_tried_waits_and_no_line_is_missed()
    {
        var daemon = Run("""
            [program:x]
            command=sh -c "i=0; while [ $i -lt 40 ]; do cat {dir}/lines; i=$((i+1)); done; echo it is READY; exec sleep 600"
            ready_when=log:^(?=.*R)it.is (READY|ready)$
            stdout_logfile={dir}/x.log
            ready_timeout=60

            """ + Witness, launch: new Launch { Folder = FolderWithLines() });
        daemon.WaitForLine("success: x entered RUNNING state, it is ready");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    private static string FolderWithLines()
    {
        var folder = Daemon.FreshFolder();
        File.WriteAllText(Path.Combine(folder, "lines"), string.Concat(Enumerable.Repeat("a line of a program that has much to say\n", 10_000)));
        return folder;
    }

    private Daemon Hung(string programs)
    {
        var folder = Daemon.FreshFolder();
        Directory.CreateDirectory(Path.Combine(folder, "hung"));
        return Run(programs, launch: new Launch { Folder = folder, Wrapper = ["{fixtures}/hung-mount", "{dir}/hung"] });
    }

    /// <summary>A program that dies is started again, and clients are answered.</summary>
    private static void LivesOn(Daemon daemon)
    {
        for (var n = 1; n <= 3; n++)
        {
            daemon.WaitForLine("success: witness", n);
            Assert.Contains("witness", Ctl(daemon, null, "status"), StringComparison.Ordinal);
            daemon.Kill("witness", Signum.SIGKILL);
        }
        daemon.WaitForLine("success: witness", 4);
    }
}
