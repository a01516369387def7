using System.Globalization;
using System.Text.RegularExpressions;
using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Page;

/// <summary>The page follows the daemon by itself: nothing here reloads it.</summary>
public sealed class LiveTests(ITestOutputHelper output, SharedBrowser shared) : PageTest(output, shared)
{
    private const string Programs = """
        [program:once]
        command=sleep 1000
        startsecs=0
        autorestart=false
        [program:again]
        command=sleep 1000
        startsecs=0
        autorestart=true
        """;

    [Fact]
    public void A_killed_program_flips_its_row_its_count_and_its_buttons()
    {
        var page = Open(Programs);
        page.WaitForState("once:once", "running");
        page.WaitForState("again:again", "running");
        page.Mark();
        Assert.Equal(["all 2", "running 2"], page.Chips);

        var pid = page.PidOf("again:again");
        page.Daemon.Kill("once", Signum.SIGKILL);
        page.Daemon.Kill("again", Signum.SIGKILL);
        page.WaitForState("once:once", "exited");
        page.WaitUntil(() => page.PidOf("again:again") is not 0 and var now && now != pid, "another process of the program that is restarted");
        Assert.Equal(["all 2", "running 1", "exited 1"], page.Chips);
        Assert.Equal(["Start", "Clear log"], Browser.Texts($"{StatusPage.Row("once:once")} button:not([hidden])"));
        Assert.Equal(["Restart", "Stop", "Clear log"], Browser.Texts($"{StatusPage.Row("again:again")} button:not([hidden])"));
        Assert.True(page.IsMarked);
        Assert.Empty(Browser.Complaints);
    }

    [Fact]
    public void Uptimes_tick_and_agree_with_the_daemon()
    {
        var page = Open(Programs);
        page.WaitForState("once:once", "running");
        var first = page.UptimeOf("once:once")!.Value;
        page.WaitUntil(() => page.UptimeOf("once:once") >= first + TimeSpan.FromSeconds(2), "an uptime two seconds later");
        // The browser of a busy machine may be late once, but not by and by.
        page.WaitUntil(() => Math.Abs((page.UptimeOf("once:once")!.Value - Told()).TotalSeconds) <= 1, "the uptime that the daemon tells");

        TimeSpan Told()
        {
            var status = page.Ctl("status", "once");
            return TimeSpan.Parse(status[(status.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
        }
    }

    [Fact]
    public void Memory_and_restarts_are_shown_as_they_are()
    {
        var page = Open(Programs);
        page.WaitForState("again:again", "running");
        page.WaitUntil(() => Fact("memory").EndsWith(" MB", StringComparison.Ordinal), "the memory of a program");
        Assert.Equal("", Fact("restarts"));
        Assert.Equal("", Fact("health")); // it has no healthcheck
        page.Daemon.Kill("again", Signum.SIGKILL);
        page.WaitUntil(() => Fact("restarts") == "1 restart", "a restart");
        page.Daemon.Kill("again", Signum.SIGKILL);
        page.WaitUntil(() => Fact("restarts") == "2 restarts", "another one");
        page.WaitUntil(() => Fact("memory").EndsWith(" MB", StringComparison.Ordinal), "the memory of the new process");
        Browser.Click(StatusPage.Button("again:again", "stop"));
        page.WaitUntil(() => Fact("memory").Length == 0, "no memory of what does not run");
        Assert.Empty(Browser.Complaints);

        string Fact(string name) => Browser.Text($"{StatusPage.Row("again:again")} .{name}");
    }

    [Fact]
    public void Behind_a_login_it_is_as_live()
    {
        var page = Open(Programs, user: "joe", password: "se@cr/et");
        page.WaitForState("once:once", "running");
        page.Mark();
        Browser.Click(StatusPage.Button("once:once", "stop"));
        page.WaitForMessage("^Process once stopped$");
        page.WaitForState("once:once", "stopped");
        Browser.Click("[data-name='again:again'] [data-log=stdout]");
        page.WaitUntil(() => Browser.Text("#log p") == "Live", "a log");
        Assert.True(page.IsMarked);
    }

    [Fact]
    public void What_fails_is_told_in_the_title()
    {
        var page = Open($"""
            {Programs}
            [program:fails]
            command=false
            autostart=false
            startretries=0
            [program:missing]
            command=/nonexistent
            autostart=false
            """);
        Assert.Equal("Supervisor Status", Browser.Title);
        page.Mark();
        Browser.Click(StatusPage.Button("missing:missing", "start"));
        page.WaitForMessage("^ERROR: Process missing: no such file$");
        Browser.Click(StatusPage.Button("fails:fails", "start"));
        page.WaitForMessage("^ERROR: Process fails: spawn error$");
        page.WaitForState("fails:fails", "fatal");
        page.WaitUntil(() => Browser.Title == "(1 failing) Supervisor Status", "a title that tells of it");
        Assert.Equal("Exited too quickly (process log may have details)", page.Description("fails:fails"));
        Assert.True(page.IsMarked);
    }

    [Fact]
    public void Groups_come_change_and_go_with_supervisorctl_update()
    {
        var page = Open(Programs);
        page.WaitForState("once:once", "running");
        page.Mark();
        Configure("""
            [program:crew]
            command=sleep 1000
            startsecs=0
            process_name=%(program_name)s_%(process_num)d
            numprocs=2
            [program:between]
            command=sleep 1000
            startsecs=0
            """);
        page.WaitUntil(() => page.Chips is ["all 5", "running 5"], "the new programs run");
        // Where the daemon would have put them, looking as if it had.
        string[] all = ["again:again", "between:between", "crew:crew_0", "crew:crew_1", "once:once"];
        Assert.Equal(all, page.Names);
        Assert.Equal("crew 2 of 2 running", Browser.Text("[data-group=crew] .group th"));
        var live = Crew();
        Browser.Open(page.Address);
        page.WaitUntil(() => page.Live == "Live", "the page opened anew is live");
        Assert.Equal(all, page.Names);
        Assert.Equal(Crew(), live);

        page.Mark();
        Configure("");
        page.WaitUntil(() => page.Names is ["again:again", "once:once"], "the groups are gone");
        Assert.Equal(0, Browser.Count("[data-group=crew], [data-group=between]"));
        Assert.Equal(["all 2", "running 2"], page.Chips);
        Assert.True(page.IsMarked);
        Assert.Empty(Browser.Complaints);

        void Configure(string programs)
        {
            File.WriteAllText(page.Daemon.PathOf("conf.d/more.conf"), programs);
            page.Ctl("update");
        }

        string Crew() => Regex.Replace((string)Browser.Run("return document.querySelector('[data-group=crew]').outerHTML")!, @"\s+(?=<)|\buptime [\d:]+", "");
    }

    [Fact]
    public void A_reload_of_the_daemon_is_told_and_survived()
    {
        var page = Open(Programs);
        page.WaitForState("once:once", "running");
        page.Mark();
        var pid = page.PidOf("once:once");
        page.Daemon.WaitForLine("spawned: 'again' with pid");
        File.WriteAllText(page.Daemon.PathOf("conf.d/more.conf"), """
            [program:new]
            command=sleep 1000
            startsecs=0
            """);
        page.Ctl("reload");
        page.WaitUntil(() => page.Live.StartsWith("Connection lost.", StringComparison.Ordinal), "the page says that what it shows is old");
        Browser.Screenshot("lost-1280-light");
        page.WaitUntil(() => page.Live == "Live", "the page is back");
        page.WaitForState("new:new", "running");
        page.WaitUntil(() => page.PidOf("once:once") is not 0 and var now && now != pid, "the process of the new life");
        Assert.True(page.IsMarked);
    }

    [Fact]
    public void A_daemon_that_has_gone_leaves_what_was_known_and_says_how_old_it_is()
    {
        var page = Open(Programs);
        page.WaitForState("once:once", "running");
        page.Daemon.Signal(Signum.SIGKILL);
        page.WaitUntil(() => page.Live.StartsWith("Connection lost. This is from ", StringComparison.Ordinal), "the page says so");
        Assert.Equal(["again:again", "once:once"], page.Names);
        var uptime = page.UptimeOf("once:once");
        // No action is lost in silence.
        Browser.Click(StatusPage.Button("once:once", "stop"));
        page.WaitForMessage("^Stop: ");
        Assert.Equal(1, Browser.Count(".status_msg.error"));
        Assert.Equal(uptime, page.UptimeOf("once:once"));
        page.Daemon.Kill("once", Signum.SIGKILL);
        page.Daemon.Kill("again", Signum.SIGKILL);
    }
}
