using System.Globalization;
using System.Text.RegularExpressions;
using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Control;

/// <summary>Debian's own page in the browser: what the tests of our page use must work on a page that we did not make.</summary>
public sealed class DebianPageTests(ITestOutputHelper output) : DaemonTest(output)
{
    [Fact]
    public void The_browser_logs_in_reads_the_page_and_presses_a_button()
    {
        var port = Port.Free();
        var daemon = Start(new Launch
        {
            Implementation = Implementation.Debian,
            Program = "supervisord",
            Arguments = ["-n", "-c", "{dir}/supervisord.conf"],
            Config = $$"""
                [inet_http_server]
                port=127.0.0.1:{{port}}
                username=joe
                password=se@cr/et
                [supervisord]
                logfile={dir}/s.log
                pidfile={dir}/s.pid
                childlogdir={dir}
                [rpcinterface:supervisor]
                supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
                [program:sleep]
                command=/bin/sleep 1000
                """,
        });
        daemon.WaitForLine("success: sleep entered RUNNING");
        var page = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));

        using var browser = new Browser();
        browser.Open(page);
        Assert.Equal(0, browser.Count("table"));
        browser.Open(page, "joe", "se@cr/et");
        Assert.Equal("Supervisor Status", browser.Title);
        Assert.Equal(page.ToString(), browser.Location);
        Assert.Equal(["running"], browser.Texts("td.status"));
        var old = Regex.Match(browser.Text("tbody tr"), @"pid (\d+), uptime").Groups[1].Value;
        Assert.Equal(daemon.PidOf("sleep").ToString(CultureInfo.InvariantCulture), old);

        browser.Click("a[name=Restart]");
        daemon.WaitUntil(() => Regex.Match(browser.Text("tbody tr"), @"pid (\d+), uptime") is { Success: true } now && now.Groups[1].Value != old, "another pid on the page");

        browser.Resize(390, 844);
        Assert.Equal(390L, browser.Run("return innerWidth"));
        browser.Emulate(dark: true);
        Assert.Equal(true, browser.Run("return matchMedia('(prefers-color-scheme: dark)').matches"));
        browser.Emulate(dark: false);
        Assert.Equal(false, browser.Run("return matchMedia('(prefers-color-scheme: dark)').matches"));

        // A PNG's header has its size.
        var picture = File.ReadAllBytes(browser.Screenshot("debian"));
        Assert.Equal([0, 0, 390 >> 8, 390 & 255, 0, 0, 844 >> 8, 844 & 255], picture[16..24]);
    }
}
