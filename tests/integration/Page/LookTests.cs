using System.Globalization;
using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Page;

/// <summary>How the page looks with a set of programs as one meets it: on a desktop and on a phone, by day and by night.</summary>
public sealed class LookTests(ITestOutputHelper output, SharedBrowser shared) : PageTest(output, shared)
{
    private const string Programs = """
        [program:nginx]
        command=sleep 1000
        startsecs=0
        [program:php-fpm]
        command=sleep 1000
        startsecs=0
        [program:laravel-worker]
        command=sleep 1000
        process_name=%(program_name)s_%(process_num)02d
        numprocs=4
        startsecs=0
        [program:scheduler]
        command=sleep 1000
        startsecs=1000
        [program:redis]
        command=sleep 1000
        startsecs=0
        [program:horizon]
        command=/usr/local/bin/php-8.4 /var/www/app/artisan horizon
        startretries=0
        [program:import-legacy-orders]
        command=sh -c 'exit 1'
        startretries=1000
        [program:report]
        command=true
        autorestart=false
        startsecs=0
        [program:mailer]
        command=sleep 1000
        autostart=false
        [program:web]
        command=sleep 1000
        startsecs=0
        [program:websocket-server-with-a-rather-long-name]
        command=sleep 1000
        startsecs=0
        [group:frontend]
        programs=web,websocket-server-with-a-rather-long-name
        [program:nobody_ever_chose_a_name_as_long_as_this_one_and_without_any_place_to_break_it]
        command=sleep 1000
        startsecs=0
        """;

    [Fact]
    public void It_fits_a_desktop_and_a_phone_by_day_and_by_night()
    {
        var page = Open(Programs);
        page.WaitForState("horizon:horizon", "fatal");
        page.WaitForState("import-legacy-orders:import-legacy-orders", "backoff");
        page.WaitForState("report:report", "exited");
        var surfaces = new List<double>();
        foreach (var (width, height) in new[] { (1280, 900), (360, 740) })
            foreach (var dark in new[] { false, true })
            {
                Browser.Resize(width, height, phone: width < 500);
                Browser.Emulate(dark);
                Browser.Screenshot($"status-{width}-{(dark ? "dark" : "light")}");
                // A phone's browser would lay out what does not fit on a wider page.
                Assert.Equal([(long)width, (long)width], Numbers("return [innerWidth, document.documentElement.scrollWidth]"));
                Assert.Equal([], Faint());
                surfaces.Add(Numbers("return [luminance(getComputedStyle(document.body.parentNode).backgroundColor)]", Luminance)[0]);
            }

        Assert.All([surfaces[0], surfaces[2]], light => Assert.InRange(light, 0.8, 1));
        Assert.All([surfaces[1], surfaces[3]], dark => Assert.InRange(dark, 0, 0.05));
        Assert.Empty(Browser.Complaints);
    }

    [Fact]
    public void A_name_of_usual_length_is_one_line_on_a_desktop()
    {
        var page = Open(Programs);
        page.WaitForState("horizon:horizon", "fatal");
        var heights = Numbers("return [...document.querySelectorAll('[data-group=laravel-worker] [data-name], [data-group=nginx] [data-name]')].map(e => e.offsetHeight)");
        Assert.Equal(5, heights.Count);
        Assert.Single(heights.Distinct());
        // What the heading says is not said again, but whoever copies or hears the row has the whole name.
        Assert.Equal("laravel-worker:laravel-worker_00", Browser.Text("[data-name='laravel-worker:laravel-worker_00'] th"));
    }

    [Fact]
    public void Whatever_can_be_tapped_on_a_phone_is_40_pixels_high_and_apart_from_the_next()
    {
        var page = Open(Programs);
        page.WaitForState("report:report", "exited");
        Browser.Resize(360, 740, phone: true);
        Assert.Equal([], Strings("""
            const shown = [...document.querySelectorAll('button, form a, input')].filter(e => e.checkVisibility());
            const boxes = shown.map(e => e.getBoundingClientRect());
            const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
            return shown.filter((e, i) => boxes[i].height < 40 || boxes[i].width < 40 || boxes.some((other, j) => j !== i && meet(boxes[i], other)))
                .map(e => `${e.closest('[data-name]')?.dataset.name ?? ''} ${e.textContent}: ${JSON.stringify(e.getBoundingClientRect())}`);
            """));
        Browser.Click("[data-name='nginx:nginx'] [data-log=stdout]");
        page.WaitUntil(() => Browser.Text("#log p") == "Live", "the log");
        Browser.Screenshot("log-360-light");
        Assert.Equal([360L, 360L], Numbers("return [innerWidth, document.documentElement.scrollWidth]"));
        Assert.Equal([], Strings("return [...document.querySelectorAll('#log button')].filter(e => e.checkVisibility() && e.offsetHeight < 40).map(e => e.textContent)"));
    }

    [Fact]
    public void A_log_and_its_tail_fit_a_phone_by_night()
    {
        var page = Open("""
            [program:says]
            command=sh -c 'for i in 1 2 3 4 5 6 7 8; do echo "2024-05-05 10:00:0$i [info] Processing: App/Jobs/RenderReport {\"id\":$i}"; done; head -c 300 /dev/zero | tr "\0" x; echo; exec sleep 1000'
            startsecs=0
            """);
        page.WaitForState("says:says", "running");
        Browser.Resize(360, 740, phone: true);
        Browser.Emulate(dark: true);
        Browser.Click("[data-log=stdout]");
        page.WaitUntil(() => Browser.Text("#log pre").EndsWith("xxx", StringComparison.Ordinal), "the log");
        Browser.Screenshot("log-360-dark");
        Assert.Equal([], Faint());
        Assert.Equal([360L, 360L], Numbers("return [innerWidth, document.documentElement.scrollWidth]"));
        Browser.Open(new Uri(page.Address, "tail.html?processname=says"));
        Browser.Screenshot("tail-360-dark");
        Assert.EndsWith("xxx", Browser.Text("pre"), StringComparison.Ordinal);
        Assert.Equal([], Faint());
        Assert.Equal([360L, 360L], Numbers("return [innerWidth, document.documentElement.scrollWidth]"));
    }

    /// <summary>Texts whose contrast with what is behind them is below 4.5 (WCAG 2.2, 1.4.3).</summary>
    private List<string> Faint() => Strings(Luminance + """
        const behind = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (!/^rgba\(.*, 0\)$/.test(c)) return c; } return 'rgb(255, 255, 255)'; };
        const faint = [];
        const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        for (let text; text = texts.nextNode();) {
            const e = text.parentElement;
            if (!text.data.trim() || !e.checkVisibility() || e.closest('script, style, template')) continue;
            const [a, b] = [luminance(getComputedStyle(e).color), luminance(behind(e))].sort((a, b) => b - a);
            if ((a + 0.05) / (b + 0.05) < 4.5) faint.push(`${text.data.trim()}: ${((a + 0.05) / (b + 0.05)).toFixed(2)}`);
        }
        return faint;
        """);

    private const string Luminance = """
        const luminance = color => {
            const [r, g, b] = color.match(/[\d.]+/g).map(n => n / 255).map(n => n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };

        """;

    private List<double> Numbers(string script, string before = "") =>
        [.. ((IEnumerable<object>)Browser.Run(before + script)!).Select(value => Convert.ToDouble(value, CultureInfo.InvariantCulture))];

    private List<string> Strings(string script) => [.. ((IEnumerable<object>)Browser.Run(script)!).Cast<string>()];
}
