using System.Text.RegularExpressions;
using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Upkeep;

/// <summary>schedule, on the binary. What the fields of cron mean is the unit tests' matter: here a minute would be long.</summary>
public sealed class ScheduleTests(ITestOutputHelper output) : UpkeepTest(output)
{
    [Fact]
    public void It_runs_again_and_again_at_its_period_and_a_quick_end_is_no_failure()
    {
        var daemon = Run("[program:job]\ncommand=true\nschedule=@every 1s\nautostart=true\nautorestart=true\n");
        daemon.WaitForLine("exited: job .exit status 0; expected.", 4);
        var starts = Times(daemon, "spawned: 'job'");
        var began = Times(daemon, "supervisord started")[0];
        // From when it came, a second apart: a machine that is busy makes one late, and not those after it.
        for (var i = 0; i < starts.Count; i++)
            Assert.InRange((starts[i] - began).TotalSeconds, i + 0.8, i + 4);
        Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains("BACKOFF", StringComparison.Ordinal));
        Assert.Matches(@"(?m)^job +EXITED +next run [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d [AP]M$", Settled(daemon));
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    private static string Settled(Daemon daemon)
    {
        var status = "";
        daemon.WaitUntil(() => (status = Ctl(daemon, null, "status")).Contains("EXITED", StringComparison.Ordinal), "it has ended");
        return status;
    }

    [Fact]
    public void While_it_still_runs_it_is_not_started_and_that_is_said()
    {
        var daemon = Run("[program:job]\ncommand=sh -c 'until test -e {dir}/go; do sleep .1; done'\nschedule=@every 1s\n");
        daemon.WaitForLine("INFO skipped a run of job: the one before is not over .schedule.", 2);
        Assert.Single(daemon.Output.Lines, line => line.Contains("spawned: 'job'", StringComparison.Ordinal));
        File.WriteAllText(daemon.PathOf("go"), "");
        daemon.WaitForLine("exited: job .exit status 0; expected.", 2);
    }

    [Fact]
    public void Before_its_first_time_it_says_when_that_is_and_it_may_be_run_by_hand()
    {
        var daemon = Run("[program:job]\ncommand=true\nschedule=30 2 * * *\nschedule_timezone=Asia/Tokyo\n", ("TZ", "UTC"));
        daemon.WaitForLine("supervisord started");
        Assert.Matches(@"(?m)^job +STOPPED +next run [A-Z][a-z]{2} \d\d 05:30 PM$", Ctl(daemon, 3, "status")); // in our own time
        Ctl(daemon, null, "start", "job");
        daemon.WaitForLine("exited: job .exit status 0; expected.");
        Assert.Matches(@"(?m)^job +EXITED +next run .* 05:30 PM$", Ctl(daemon, 3, "status"));
    }

    [Fact]
    public void It_waits_for_what_it_depends_on()
    {
        var daemon = Run("""
            [program:job]
            command=true
            schedule=@every 1s
            depends_on=redis
            [program:redis]
            command=sh -c 'until test -e {dir}/go; do sleep .1; done; exec sleep 600'
            startsecs=3
            autostart=false
            """);
        daemon.WaitForLine("spawned: 'redis'");
        daemon.WaitForLine("skipped a run of job: the one before waits for redis:ready");
        Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains("spawned: 'job'", StringComparison.Ordinal));
        File.WriteAllText(daemon.PathOf("go"), "");
        daemon.WaitForLine("exited: job", 2);
        Assert.True(Times(daemon, "success: redis")[0] <= Times(daemon, "spawned: 'job'")[0]);
    }

    [Fact]
    public void A_container_of_jobs_is_not_done_between_them()
    {
        var daemon = Run("[program:job]\ncommand=true\nschedule=@every 2s\n[program:once]\ncommand=true\noneshot=true\n", "exit_when_done=true");
        daemon.WaitForLine("exited: once");
        daemon.WaitForLine("exited: job .exit status 0; expected.", 2);
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains("stopping everything", StringComparison.Ordinal));
    }

    [Fact]
    public void An_update_brings_schedules_and_takes_them_away()
    {
        var daemon = Run("[include]\nfiles={dir}/more.ini\n[program:other]\ncommand=sleep 600\n");
        daemon.WaitForLine("supervisord started");
        File.WriteAllText(daemon.PathOf("more.ini"), "[program:job]\ncommand=true\nschedule=@every 1s\nnumprocs=2\nprocess_name=%(program_name)s_%(process_num)d\n");
        Assert.Contains("job: added process group\n", Ctl(daemon, 0, "update"), StringComparison.Ordinal);
        daemon.WaitForLine("exited: job_0", 2);
        daemon.WaitForLine("exited: job_1", 2);
        File.WriteAllText(daemon.PathOf("more.ini"), "[program:late]\ncommand=true\nschedule=@every 1s\n");
        Assert.Contains("job: removed process group\n", Ctl(daemon, 0, "update"), StringComparison.Ordinal);
        var before = daemon.Output.Lines.Count(line => line.Contains("spawned: 'job_", StringComparison.Ordinal));
        daemon.WaitForLine("exited: late", 3);
        Assert.Equal(before, daemon.Output.Lines.Count(line => line.Contains("spawned: 'job_", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_restart_of_everything_counts_anew()
    {
        var daemon = Run("[program:job]\ncommand=true\nschedule=@every 2s\n");
        daemon.WaitForLine("exited: job");
        daemon.Signal(Mono.Unix.Native.Signum.SIGHUP);
        daemon.WaitForLine("supervisord started", 2);
        daemon.WaitForLine("exited: job", 3);
        var again = Times(daemon, "supervisord started")[1];
        Assert.InRange((Times(daemon, "spawned: 'job'").First(time => time >= again) - again).TotalSeconds, 1.8, 10);
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Theory]
    [InlineData("0 3 * *", "", "invalid 'schedule' value '0 3 * *': five fields are needed, or @every and a time: it has 4")]
    [InlineData("@daily", "Europe/Atlantis", "invalid 'schedule_timezone' value 'Europe/Atlantis': /usr/share/zoneinfo has no such time zone")]
    public void What_is_wrong_is_told_in_one_line(string schedule, string zone, string error)
    {
        var daemon = Run($"[program:job]\ncommand=true\nschedule={schedule}\n{(zone.Length == 0 ? "" : $"schedule_timezone={zone}\n")}");
        Assert.Equal(ExitStatus.Exited(2), daemon.WaitForExit());
        daemon.WaitForErrorLine(Regex.Escape(error) + " in section 'program:job' .file: '.*'.");
    }

    [Fact]
    public void Without_a_database_of_time_zones_that_is_what_is_said()
    {
        var daemon = Run("[program:job]\ncommand=true\nschedule=@daily\nschedule_timezone=Europe/Berlin\n", ("TZDIR", "{dir}/zoneinfo"));
        Assert.Equal(ExitStatus.Exited(2), daemon.WaitForExit());
        daemon.WaitForErrorLine("invalid 'schedule_timezone' value 'Europe/Berlin': there are no time zones here: .*/zoneinfo is missing .tzdata. in section");
    }
}
