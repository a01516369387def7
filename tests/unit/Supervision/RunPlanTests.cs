using Init.Supervision;
using Init.Unit.Cli;
using Init.Unit.Config;
using Xunit;

namespace Init.Unit.Supervision;

/// <summary>The plan that a check prints is the one that the daemon carries out.</summary>
public class RunPlanTests
{
    private static RunPlan Plan(string lines) => RunPlan.Of(ConfigFile.Of("[supervisord]\n" + lines));

    private static string Shown(string lines) => Checked.Of("[supervisord]\n" + lines).Report.Plan().TrimEnd('\n');

    private const string Chain = """
        [program:worker]
        command=/bin/cat
        depends_on=redis, migrate:completed
        priority=1
        [program:migrate]
        command=/bin/true
        depends_on=redis
        oneshot=true
        autostart=false
        [program:redis]
        command=/bin/cat
        stopwaitsecs=5
        [program:by-hand]
        command=/bin/cat
        autostart=false
        """;

    [Fact]
    public void What_others_need_is_started_before_them_and_stopped_after_them()
    {
        var plan = Plan(Chain);
        Assert.Equal(["redis", "migrate", "worker"], plan.Start.Select(process => process.Namespec));
        Assert.Equal(["by-hand"], plan.Idle.Select(process => process.Namespec));
        Assert.Equal(["worker", "migrate", "redis"], plan.Stop.Select(step => RunPlan.Names(step.Processes)));
    }

    [Fact]
    public void It_is_shown_in_three_lines() =>
        Assert.Equal("""
            start: 1. redis  2. migrate (after redis:ready)  3. worker (after redis:ready, migrate:completed)
            not started: by-hand
            stop: worker (10 s), then migrate (10 s), then redis (5 s); 25 s at worst
            """, Shown(Chain));

    [Fact]
    public void A_budget_says_how_long_each_step_has() =>
        Assert.Equal("""
            start: 1. a  2. b  3. c
            stop: c (3 s), then b, a (5.5 s); all within 9 s (stop_budget)
            """, Shown("stop_budget=9\n[program:a]\ncommand=/bin/cat\npriority=1\n[program:b]\ncommand=/bin/cat\npriority=1\n"
            + "[program:c]\ncommand=/bin/cat\nstopwaitsecs=3\n"));

    [Fact]
    public void Programs_start_in_the_order_of_groups_and_a_whole_group_is_one_item() =>
        Assert.Equal("""
            start: 1. g:*  2. web:*
            stop: web:* (10 s), then g:* (10 s); 20 s at worst
            """, Shown("""
            [program:web]
            command=/bin/cat
            numprocs=2
            process_name=web_%(process_num)d
            [program:b]
            command=/bin/cat
            [program:a]
            command=/bin/cat
            [group:g]
            programs=b,a
            priority=1
            """));

    [Fact]
    public void In_a_container_the_time_of_docker_stop_is_named()
    {
        using var file = new ConfigFile { ContainerMode = true };
        Assert.EndsWith("stop: b (10 s), then a (10 s); 20 s at worst, docker stop waits 10 s\n",
            Checked.Of(file, "[supervisord]\n[program:a]\ncommand=/bin/cat\n[program:b]\ncommand=/bin/cat\n").Report.Plan());
    }

    [Fact]
    public void Nothing_to_do_is_said() => Assert.Equal("start: nothing\nstop: nothing", Shown(""));

    [Fact]
    public void Of_two_groups_of_one_name_the_first_is_planned() => // C-229
        Assert.Single(Plan("[program:a]\ncommand=x\n[group:a]\nprograms=b\npriority=1\n[program:b]\ncommand=x\n").Start);

    [Fact]
    public void A_long_plan_is_wrapped()
    {
        var lines = Shown(string.Concat(Enumerable.Range(10, 40).Select(n => $"[program:p{n}]\ncommand=/bin/cat\n"))).Split('\n');
        Assert.True(lines.Length > 4);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 160));
        Assert.All(lines[1..], line => Assert.True(line.StartsWith("stop: ") || line.StartsWith("      "), line));
    }
}
