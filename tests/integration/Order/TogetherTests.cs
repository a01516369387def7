using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Order;

/// <summary>depends_on when programs are stopped and started again, by hand and by themselves.</summary>
public sealed class TogetherTests(ITestOutputHelper output) : ControlledTest(output)
{
    private const string AppAndDatabase = """
        [program:db]
        command=sh -c "trap 'echo db stopping; exit' TERM; echo db up; while :; do sleep .05; done"
        priority=1
        [program:app]
        command=sh -c "trap 'echo app flushing; sleep 1; echo app done; exit' TERM; echo app up; while :; do sleep .05; done"
        priority=2
        depends_on=db
        [program:front]
        command=sh -c "trap 'echo front done; exit' TERM; echo front up; while :; do sleep .05; done"
        priority=3
        depends_on=app
        [program:other]
        command=sleep 600

        """;

    [Theory]
    [InlineData("stop", "all")]
    [InlineData("restart", "all")]
    [InlineData("stop", "all:*")]
    public void What_needs_others_ends_before_them(params string[] words)
    {
        var daemon = Run(AppAndDatabase + (words[1] == "all" ? "" : "[group:all]\nprograms=front,db,app\n"));
        Up(daemon, 1);
        Ctl(daemon, 0, words);
        Assert.Equal(["front done", "app flushing", "app done", "db stopping"], Said(daemon));
        if (words[0] == "restart")
            Up(daemon, 2);
    }

    [Fact]
    public void Also_where_an_update_changes_their_group()
    {
        var daemon = Run(AppAndDatabase + "[group:all]\nprograms=db,app,front\n[include]\nfiles={dir}/more.ini\n");
        Up(daemon, 1);
        var text = daemon.Read("supervisord.conf");
        File.WriteAllText(daemon.PathOf("supervisord.conf"), text.Replace("[program:db]", "[program:db]\nstartretries=7", StringComparison.Ordinal));
        Ctl(daemon, 0, "update");
        Up(daemon, 2);
        Assert.Equal(["front done", "app flushing", "app done", "db stopping"], Said(daemon));
    }

    [Theory]
    [InlineData("stop", "all")]
    [InlineData("restart", "all")]
    public void Also_by_way_of_a_oneshot_that_has_ended(params string[] words)
    {
        var daemon = Run("""
            [program:db]
            command=sh -c "trap 'echo db stopping; exit' TERM; echo db up; while :; do sleep .05; done"
            [program:migrate]
            command=true
            oneshot=true
            depends_on=db
            [program:app]
            command=sh -c "trap 'echo app flushing; sleep 1; echo app done; exit' TERM; echo app up; while :; do sleep .05; done"
            depends_on=migrate
            """);
        daemon.WaitForLine(@"\| app up$");
        daemon.WaitForLine("success: app");
        Ctl(daemon, 0, words);
        Assert.Equal(["app flushing", "app done", "db stopping"], Said(daemon));
    }

    [Fact]
    public void One_that_is_stopped_by_its_name_waits_for_nobody()
    {
        var daemon = Run(AppAndDatabase);
        Up(daemon, 1);
        Assert.Equal("db: stopped\n", Ctl(daemon, 0, "stop", "db"));
        Assert.Equal(["db stopping"], Said(daemon));
    }

    [Fact]
    public void A_restart_by_itself_starts_what_it_needs_and_has_ended_by_itself()
    {
        var daemon = Run("""
            [program:tunnel]
            command=sh -c 'sleep 1.5; [ -e {dir}/again ] && exec sleep 600; touch {dir}/again'
            autorestart=false
            [program:app]
            command=sleep 600
            autorestart=true
            depends_on=tunnel
            """);
        daemon.WaitForLine("success: app");
        daemon.WaitForLine(@"exited: tunnel \(exit status 0; expected\)");
        daemon.Kill("app", Signum.SIGKILL);
        daemon.WaitForLine("success: tunnel", 2);
        daemon.WaitForLine("success: app", 2);
        Assert.Contains("started because app depends on it", Ctl(daemon, 0, "why", "tunnel"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("all")]
    [InlineData("a:*")]
    public void A_program_that_is_held_back_between_two_quick_runs_can_be_stopped(string whom)
    {
        var daemon = Run("[program:a]\ncommand=sh -c 'sleep .05; exit 1'\nstartsecs=0\nautorestart=true\n");
        daemon.WaitForLine("exited: a", 6);
        daemon.WaitUntil(() => Ctl(daemon, null, "status", "a").Contains("EXITED", StringComparison.Ordinal), "it is held back");
        Assert.Equal("a: stopped\n", Ctl(daemon, 0, "stop", whom));
        Assert.Contains("STOPPED", Ctl(daemon, 3, "status", "a"), StringComparison.Ordinal);
    }

    private static void Up(Daemon daemon, int times)
    {
        foreach (var program in new[] { "db", "app", "front" })
        {
            daemon.WaitForLine($"success: {program} ", times);
            daemon.WaitForLine($@"\| {program} up$", times);
        }
    }

    /// <summary>What they said of their ends, in the order in which it was written.</summary>
    private static List<string> Said(Daemon daemon) =>
        [.. daemon.Output.Lines.Select(line => line.Split("| ")[^1]).Where(line => line is "front done" or "app flushing" or "app done" or "db stopping")];
}
