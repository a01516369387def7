using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Page;

/// <summary>Names as hostile as a configuration allows: a name has no slash, no colon and no blank.</summary>
public sealed class NameTests(ITestOutputHelper output, SharedBrowser shared) : PageTest(output, shared)
{
    private static readonly string[] _names =
    [
        "<script>hurt=1", "<img\u00A0src=x\u00A0onerror=hurt=1>", "\"onfocus=\"hurt=1\"autofocus=\"", "'onfocus='hurt=1'autofocus='", "'><b>'",
        "&quot;&lt;b&gt;&amp;", "<!--", "<![CDATA[", "{{1+1}}", "${1+1}",
        "%3Cb%3E+&x=1#?", "日本語-ünï-🐘", "back\\slash", "__proto__", "constructor", "\u202Eright-to-left",
    ];

    [Fact]
    public void Markup_in_names_is_text_and_its_buttons_work()
    {
        var names = _names.ToList();
        var page = Open(Section(names[0]));
        page.WaitUntil(() => page.Chips.Contains("running 1"), "the first of them");
        page.Mark();
        // The script makes these rows; opened anew, the daemon does.
        File.WriteAllText(page.Daemon.PathOf("conf.d/more.conf"), string.Concat(names.Skip(1).Select(Section)));
        page.Ctl("update");
        page.WaitUntil(() => page.Chips.Contains($"running {names.Count}"), "all of them");
        Check();
        Assert.True(page.IsMarked);
        Browser.Open(page.Address);
        page.WaitUntil(() => page.Live == "Live", "the page opened anew is live");
        Check();
        Browser.Screenshot("names-1280-light");

        void Check()
        {
            Assert.Equal(names.Order(StringComparer.Ordinal), Browser.Texts("[data-name] th").Select(name => name.Trim()).Order(StringComparer.Ordinal));
            Assert.Equal(0, Browser.Count("img, svg, b:not(.chips b), [onfocus], [onload], [onerror]"));
            foreach (var name in names)
            {
                Press(name, "stop");
                page.WaitUntil(() => page.Message == $"Process {name} stopped", $"{name} is stopped");
                Press(name, "start");
                page.WaitUntil(() => page.Message == $"Process {name} started", $"{name} is started");
            }

            var first = names.Order(StringComparer.Ordinal).First();
            Browser.Run("rowOf(arguments[0]).querySelector('[data-log=stdout]').click()".Replace("rowOf", RowOf), first);
            page.WaitUntil(() => Browser.Text("#log p") == "Live", "its log");
            Assert.Equal(first, Browser.Text("#log h2"));
            Browser.Click("#log form button:last-of-type");
            Assert.Null(Browser.Run("return window.hurt"));
            Assert.Empty(Browser.Complaints);
        }

        void Press(string name, string action) =>
            page.WaitUntil(() => Browser.Run($"const b = ({RowOf})(arguments[0])?.querySelector(`[value=${{arguments[1]}}]:not([hidden])`); b?.click(); return !!b", name, action) is true, $"{action} of {name}");

        static string Section(string name) => $"[program:{name}]\ncommand=sleep 1000\nstartsecs=0\n";
    }

    private const string RowOf = "(name => [...document.querySelectorAll('[data-name]')].find(tr => tr.dataset.name === `${name}:${name}`))";

    [Fact]
    public void Markup_in_groups_commands_and_reasons_is_text()
    {
        // HTML takes a form feed for a blank. XML knows none, so that nothing but the page can name such a program.
        const string blank = "<img\fsrc=x\fonerror=hurt=1>";
        var page = Open($"""
            [group:<i>g&amp;]
            programs=<i>p,q,{blank}
            [program:<i>p]
            command=sleep 1000
            startsecs=0
            [program:q]
            command=/nonexistent<img/src=x/onerror=hurt=1>
            startretries=0
            [program:{blank}]
            command=sleep 1000
            startsecs=0
            """);
        page.WaitUntil(() => page.Chips is ["all 3", "fatal 1", "running 2"], "the programs");
        Assert.Equal(["<i>g&amp;:<i>p", $"<i>g&amp;:{blank}", "<i>g&amp;:q"], Browser.Texts("[data-name] th"));
        Assert.Equal("<i>g&amp; 2 of 3 running", Browser.Text(".group th"));
        Assert.Contains("can't find command '/nonexistent<img/src=x/onerror=hurt=1>'", Browser.Texts(".description"));
        Browser.Click(".group [value=stop]");
        Assert.StartsWith("Stop in group <i>g&amp;?", Browser.Text("#ask p"), StringComparison.Ordinal);
        Browser.Click("#ask [value=yes]");
        page.WaitForMessage(@"^Process <i>g&amp;:\* stopped$");
        Assert.Equal(0, Browser.Count("i, img"));
        Assert.Null(Browser.Run("return window.hurt"));
        Assert.Empty(Browser.Complaints);
    }
}
