using System.Runtime.CompilerServices;
using Init.Integration.Harness;
using OpenQA.Selenium;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Page;

/// <summary>What a user does with the page, by pointer and by keyboard.</summary>
public sealed class ActionTests(ITestOutputHelper output, SharedBrowser shared) : PageTest(output, shared)
{
    private const string Programs = """
        [program:a]
        command=sh -c 'echo from a; echo wrong in a >&2; exec sleep 1000'
        startsecs=0
        [program:b]
        command=sleep 1000
        startsecs=0
        [program:crew]
        command=sleep 1000
        startsecs=0
        process_name=%(program_name)s_%(process_num)d
        numprocs=2
        [program:idle]
        command=sleep 1000
        startsecs=0
        autostart=false
        """;

    [Fact]
    public void Each_button_of_a_program_does_what_it_says()
    {
        var page = OpenRunning();
        Browser.Click(StatusPage.Button("a:a", "stop"));
        page.WaitForState("a:a", "stopped");
        page.WaitForMessage("^Process a stopped$");

        Browser.Click(StatusPage.Button("a:a", "start"));
        page.WaitForState("a:a", "running");
        page.WaitForMessage("^Process a started$");

        var pid = page.PidOf("a:a");
        Browser.Click(StatusPage.Button("a:a", "restart"));
        page.WaitForMessage("^Process a restarted$");
        page.WaitUntil(() => page.PidOf("a:a") is not 0 and var now && now != pid, "another process");

        page.WaitUntil(() => page.Ctl("tail", "a").Contains("from a", StringComparison.Ordinal), "its log");
        Browser.Click(StatusPage.Button("a:a", "clearlog"));
        page.WaitForMessage("^Log for a cleared$");
        Assert.Equal("", page.Ctl("tail", "a").Trim());

        Assert.Equal("running", page.State("b:b"));
        Assert.Equal(1, page.Daemon.Output.Lines.Count(line => line.Contains("spawned: 'b'", StringComparison.Ordinal)));
        Assert.True(page.IsMarked);
        Assert.Empty(Browser.Complaints);
    }

    [Fact]
    public void The_buttons_of_a_group_mean_all_of_it_and_nothing_else()
    {
        var page = OpenRunning();
        Browser.Click(StatusPage.GroupButton("crew", "stop"));
        Answer("Stop in group crew? This concerns 2 programs.", "Stop");
        page.WaitForState("crew:crew_0", "stopped");
        page.WaitForState("crew:crew_1", "stopped");
        page.WaitUntil(() => Browser.Text("[data-group=crew] .group span") == "0 of 2 running", "the heading counts");

        Browser.Click(StatusPage.GroupButton("crew", "start"));
        page.WaitForState("crew:crew_0", "running");
        page.WaitForState("crew:crew_1", "running");
        page.WaitForMessage(@"^Process crew:\* started$");

        var pid = page.PidOf("crew:crew_1");
        Browser.Click(StatusPage.GroupButton("crew", "restart"));
        Answer("Restart in group crew? This concerns 2 programs.", "Restart");
        page.WaitForMessage(@"^Process crew:\* restarted$");
        page.WaitUntil(() => page.PidOf("crew:crew_1") is not 0 and var now && now != pid, "another process");
        Assert.Equal(["running", "running", "stopped"], [page.State("a:a"), page.State("b:b"), page.State("idle:idle")]);
    }

    [Fact]
    public void All_programs_are_stopped_only_once_that_is_confirmed()
    {
        var page = OpenRunning();
        var pid = page.PidOf("a:a");
        Browser.Click(".all [value=stopall]");
        Assert.Equal("Stop all? This concerns 5 programs.", Browser.Text("#ask p"));
        Browser.Screenshot("ask-1280-light");
        Browser.Click("#ask [value='']");
        page.WaitUntil(() => Browser.Count("dialog[open]") == 0, "the question is gone");
        Browser.Click(".all [value=restartall]");
        Browser.Press(Keys.Escape);
        page.WaitUntil(() => Browser.Count("dialog[open]") == 0, "the question is gone");
        Assert.Equal("", page.Message);
        Assert.Equal(pid, page.PidOf("a:a"));
        Assert.DoesNotContain("stopped: ", page.Daemon.Output.ToString(), StringComparison.Ordinal);

        Browser.Click(".all [value=stopall]");
        Answer("Stop all? This concerns 5 programs.", "Stop all");
        page.WaitUntil(() => page.Chips is ["all 5", "stopped 5"], "all are stopped");
        page.WaitForMessage("^All stopped at ");

        Browser.Click(".all [value=startall]");
        page.WaitUntil(() => page.Chips is ["all 5", "running 5"], "all run");
        page.WaitForMessage("^All started at ");

        pid = page.PidOf("b:b");
        Browser.Click(".all [value=restartall]");
        Answer("Restart all? This concerns 5 programs.", "Restart all");
        page.WaitForMessage("^All restarted at ");
        page.WaitUntil(() => page.Chips is ["all 5", "running 5"] && page.PidOf("b:b") != pid, "all run again");

        page.WaitUntil(() => page.Ctl("tail", "a").Contains("from a", StringComparison.Ordinal), "a log");
        Browser.Click(".all [value=clearall]");
        Answer("Clear all logs? This concerns 5 programs.", "Clear all logs");
        page.WaitForMessage("^All logs cleared at ");
        Assert.Equal("", page.Ctl("tail", "a").Trim());
        Assert.True(page.IsMarked);
    }

    [Fact]
    public void The_keyboard_alone_filters_acts_and_reads_logs()
    {
        var page = OpenRunning();
        Browser.Press("/");
        Assert.Equal("filter", Focus());
        Browser.Press("idle");
        Assert.Equal(["idle:idle"], page.Names);

        // Tab by tab, each of them to be seen, to the only row.
        TabTo("start");
        Assert.NotEqual("none", Browser.Run("return getComputedStyle(document.activeElement).outlineStyle"));
        Browser.Press(Keys.Enter);
        page.WaitForState("idle:idle", "running");
        // The button that was pressed is gone; the focus stays in the row.
        Assert.Equal("idle:idle", Browser.Run("return document.activeElement.closest('[data-name]')?.dataset.name"));
        TabTo("stop");
        Browser.Press(" ");
        page.WaitForState("idle:idle", "stopped");

        TabTo("stdout");
        Browser.Press(Keys.Enter);
        page.WaitUntil(() => Browser.Count("#log[open]") == 1, "the log");
        Browser.Press(Keys.Escape);
        page.WaitUntil(() => Browser.Count("dialog[open]") == 0, "the log is closed");
        Assert.Equal("stdout", Focus());

        Browser.Press(Keys.Escape);
        Assert.Equal(5, page.Names.Count);
        TabTo("stopall", back: true);
        Browser.Press(Keys.Enter);
        page.WaitUntil(() => Browser.Count("#ask[open]") == 1, "the question");
        Assert.Equal("Cancel", Browser.Run("return document.activeElement.textContent"));
        Browser.Press(Keys.Tab);
        Browser.Press(Keys.Enter);
        page.WaitUntil(() => page.Chips is ["all 5", "stopped 5"], "all are stopped");
        Assert.True(page.IsMarked);

        string Focus() => (string)Browser.Run("const e = document.activeElement; return e.id || e.value || e.textContent")!;

        void TabTo(string name, bool back = false)
        {
            for (var i = 0; Focus() != name; i++)
            {
                if (i == 60)
                    throw page.Daemon.Failure($"no way by Tab to {name}");
                Browser.Press(back ? Keys.Shift + Keys.Tab + Keys.Null : Keys.Tab);
            }
        }
    }

    [Fact]
    public void The_filter_takes_words_and_states()
    {
        var page = OpenRunning();
        string[] all = ["a:a", "b:b", "crew:crew_0", "crew:crew_1", "idle:idle"];
        Assert.Equal(all, page.Names);
        Browser.Type("#filter", "CREW run");
        Assert.Equal(["crew:crew_0", "crew:crew_1"], page.Names);
        Browser.Type("#filter", " _1");
        Assert.Equal(["crew:crew_1"], page.Names);
        Browser.Type("#filter", " nothing");
        Assert.Equal([], page.Names);
        Assert.Equal("No program matches", Browser.Text("#none"));
        Browser.Press(Keys.Escape);
        Assert.Equal(all, page.Names);

        Browser.Click("[data-show=STOPPED]");
        Assert.Equal(["idle:idle"], page.Names);
        Assert.Equal(["stopped 1"], Browser.Texts("[data-show][aria-pressed=true]"));
        // What leaves the state leaves the view; what enters it comes.
        page.Ctl("stop", "a");
        page.WaitUntil(() => page.Names is ["a:a", "idle:idle"], "the stopped program comes");
        page.Ctl("start", "idle");
        page.WaitUntil(() => page.Names is ["a:a"], "the started program goes");
        Browser.Click("[data-show=STOPPED]");
        Assert.Equal(all, page.Names);
        Browser.Click("[data-show=RUNNING]");
        Browser.Type("#filter", "crew");
        Assert.Equal(["crew:crew_0", "crew:crew_1"], page.Names);
        Browser.Click("[data-show='']");
        Assert.Equal(["crew:crew_0", "crew:crew_1"], page.Names);
    }

    [Fact]
    public void Without_its_script_the_page_acts_by_forms()
    {
        var page = OpenRunning();
        Browser.Script(on: false);
        try
        {
            Browser.Open(page.Address);
            Browser.Click(StatusPage.Button("a:a", "stop"));
            page.WaitForMessage("^Process a stopped$");
            Assert.Equal("stopped", page.State("a:a"));
            Assert.Equal(page.Address.GetLeftPart(UriPartial.Path), Browser.Location.Split('?')[0]);
            Browser.Click(StatusPage.GroupButton("crew", "stop"));
            page.WaitForMessage(@"^Process crew:\* stopped$");
            Assert.Equal(["stopped", "stopped"], Browser.Texts("[data-group=crew] .state"));
            Browser.Click(".all [value=startall]");
            page.WaitForMessage("^All started at ");
            Assert.Equal(["running", "running", "running", "running", "running"], Browser.Texts("[data-name] .state"));
            Browser.Click("#live a");
            page.WaitForMessage("^Page refreshed at ");
            Browser.Click("[data-name='a:a'] th a");
            page.WaitUntil(() => Browser.Title == "Supervisor tail of process a", "the tail");
            Assert.Contains("from a", Browser.Text("pre"), StringComparison.Ordinal);
        }
        finally
        {
            Browser.Script(on: true);
        }
    }

    private StatusPage OpenRunning([CallerMemberName] string name = "")
    {
        var page = Open(Programs, name);
        page.WaitUntil(() => page.Chips is ["all 5", "running 4", "stopped 1"], "the programs run");
        page.Mark();
        return page;
    }

    private void Answer(string question, string yes)
    {
        Assert.Equal(question, Browser.Text("#ask p"));
        Assert.Equal(yes, Browser.Text("#ask [value=yes]"));
        Browser.Click("#ask [value=yes]");
    }
}
