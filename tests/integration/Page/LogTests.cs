using System.Runtime.CompilerServices;
using Init.Integration.Harness;
using OpenQA.Selenium;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Page;

/// <summary>Logs in place, as they are written.</summary>
public sealed class LogTests(ITestOutputHelper output, SharedBrowser shared) : PageTest(output, shared)
{
    /// <summary>A program that says what is written to a fifo, on stdout, or on stderr what is written to another.</summary>
    private const string Programs = """
        [program:echo]
        command=sh -c 'mkfifo out err; cat <>err >&2 & exec cat <>out'
        directory={dir}
        startsecs=0
        killasgroup=true
        """;

    [Fact]
    public void A_log_follows_its_program_until_it_is_closed()
    {
        var page = OpenEchoing();
        Say("out", "before\n");
        page.WaitUntil(() => page.Ctl("tail", "echo").Contains("before", StringComparison.Ordinal), "the log");
        Browser.Click("[data-log=stdout]");
        page.WaitUntil(() => Log == "before\n", "what was written before");
        Assert.Equal("echo", Browser.Text("#log h2"));
        Assert.Equal("Live", Browser.Text("#log p"));
        Say("out", "first\n");
        page.WaitUntil(() => Log == "before\nfirst\n", "a line");
        Say("out", "half");
        page.WaitUntil(() => Log == "before\nfirst\nhalf", "half a line");
        Say("out", " of it\n");
        page.WaitUntil(() => Log == "before\nfirst\nhalf of it\n", "the other half");
        Browser.Screenshot("log-1280-light");

        Browser.Click("[data-stream=stderr]");
        page.WaitUntil(() => Log == "", "the other stream");
        Say("err", "wrong\n");
        page.WaitUntil(() => Log == "wrong\n", "a line of stderr");

        Assert.True(Readers() > 0);
        Browser.Press(Keys.Escape);
        page.WaitUntil(() => Browser.Count("dialog[open]") == 0, "the dialog is closed");
        page.WaitUntil(() => Readers() == 0, "the daemon serves nobody any more who does not look");
        Assert.Equal("Live", page.Live);
        Assert.Empty(Browser.Complaints);

        // The daemon holds the file once to write it, and once more for each who follows it.
        int Readers() => new DirectoryInfo($"/proc/{page.Daemon.Pid}/fd").EnumerateFileSystemInfos()
            .Count(fd => fd.LinkTarget?.Contains("/echo-stderr", StringComparison.Ordinal) == true) - 1;

        void Say(string where, string text) => File.WriteAllText(page.Daemon.PathOf(where), text);
    }

    [Fact]
    public void A_paused_log_stands_still_and_catches_up()
    {
        var page = OpenEchoing();
        Browser.Click("[data-log=stdout]");
        File.WriteAllText(page.Daemon.PathOf("out"), "one\n");
        page.WaitUntil(() => Log == "one\n", "a line");
        Browser.Click("#log-pause");
        File.WriteAllText(page.Daemon.PathOf("out"), "two\nthree\n");
        page.WaitUntil(() => Browser.Text("#log-pause") == "Resume (2 new)", "two lines are told of");
        Assert.Equal("one\n", Log);
        Browser.Click("#log-pause");
        Assert.Equal("one\ntwo\nthree\n", Log);
    }

    [Fact]
    public void A_long_log_keeps_its_end_and_stays_at_it()
    {
        var page = OpenEchoing();
        Browser.Click("[data-log=stdout]");
        page.WaitUntil(() => Browser.Text("#log p") == "Live", "the log");
        for (var piece = 0; piece < 10; piece++)
            File.WriteAllText(page.Daemon.PathOf("out"), string.Concat(Enumerable.Range(piece * 1000, 1000).Select(line => $"line {line}\n")));
        page.WaitUntil(() => Log.EndsWith("line 9998\nline 9999\n", StringComparison.Ordinal), "the last line");
        Assert.InRange(Log.Count(c => c == '\n'), 2000, 4000);
        Assert.Equal(true, Browser.Run("const e = document.querySelector('#log pre'); return e.scrollHeight - e.scrollTop - e.clientHeight < 8"));
    }

    [Fact]
    public void The_main_log_is_the_daemons_own()
    {
        var page = OpenEchoing();
        Browser.Click("[data-log='']");
        page.WaitUntil(() => Log.Contains("spawned: 'echo' with pid", StringComparison.Ordinal), "the daemon's log");
        page.Ctl("stop", "echo");
        page.WaitUntil(() => Log.Contains("stopped: echo", StringComparison.Ordinal), "what it says now");
    }

    [Fact]
    public void Markup_and_terminal_commands_in_a_log_are_text()
    {
        const string hurt = "<script>hurt=1</script></pre><img src=x onerror=hurt=1>&lt;b&gt; &amp;";
        var page = OpenEchoing();
        Browser.Click("[data-log=stdout]");
        File.WriteAllText(page.Daemon.PathOf("out"), $"\u001b[1;31mred\u001b[0m \u001b]0;title\aand\u001b(B plain\r\n{hurt}\n1%\r2%\n\0\u0007\u202Eend\n");
        page.WaitUntil(() => Log.EndsWith("end\n", StringComparison.Ordinal), "the lines");
        Assert.StartsWith($"red and plain\n{hurt}\n1%\n2%\n", Log, StringComparison.Ordinal);
        Assert.Equal(0, Browser.Count("#log pre :not(div, span)"));

        Browser.Open(new Uri(page.Address, "tail.html?processname=echo"));
        Assert.Contains(hurt, Browser.Text("pre"), StringComparison.Ordinal);
        Assert.Equal(0, Browser.Count("pre *, img, script"));

        Browser.Open(new Uri(page.Address, $"tail.html?processname={Uri.EscapeDataString(hurt)}"));
        Assert.Equal("Supervisor tail of process " + hurt, Browser.Title);
        Assert.Equal(hurt, Browser.Text("h1"));
        Browser.Open(new Uri(page.Address, $"?message={Uri.EscapeDataString(hurt)}"));
        page.WaitUntil(() => page.Message == hurt, "the message");
        Assert.Equal(0, Browser.Count("img"));
        Assert.Null(Browser.Run("return window.hurt"));
        Assert.Empty(Browser.Complaints);
    }

    private string Log => (string)Browser.Run("return document.querySelector('#log pre').textContent")!;

    private StatusPage OpenEchoing([CallerMemberName] string name = "")
    {
        var page = Open(Programs, name);
        page.WaitForState("echo:echo", "running");
        page.Daemon.WaitUntil(() => File.Exists(page.Daemon.PathOf("out")) && File.Exists(page.Daemon.PathOf("err")), "the fifos");
        return page;
    }
}
