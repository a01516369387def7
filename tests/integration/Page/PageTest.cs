using System.Globalization;
using System.Runtime.CompilerServices;
using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Page;

/// <summary>One browser for all tests of the page, which run one after the other: it takes longer to start than most of them.</summary>
[CollectionDefinition(nameof(PageTest))]
public sealed class SharedBrowser : ICollectionFixture<SharedBrowser>, IDisposable
{
    internal Browser Browser { get; } = new();

    public void Dispose() => Browser.Dispose();
}

/// <summary>
/// A test of our page in a real browser. Each has a daemon of its own, for that is up in no time. The browser must have nothing to complain
/// of, such as something that the page's policy forbids; and a failure tells what the page looked like.
/// </summary>
[Collection(nameof(PageTest))]
public abstract class PageTest(ITestOutputHelper output, SharedBrowser shared) : DaemonTest(output)
{
    private string? _name;

    internal Browser Browser { get; } = shared.Browser;

    private protected override void Leave()
    {
        if (_name is null)
            return;
        Report.WriteLine($"{Browser.Screenshot("page/" + _name)} is how the page was left.");
        Report.WriteLine(Browser.Describe());
        Browser.Open(new Uri("about:blank")); // its stream ends before the daemon does
    }

    /// <summary>Starts a daemon with these sections and opens its page, with the size of a desktop and light colours.</summary>
    internal StatusPage Open(string programs, [CallerMemberName] string name = "", string? user = null, string password = "")
    {
        _name = name;
        Browser.Resize(1280, 800);
        Browser.Emulate(dark: false);
        var port = Port.Free();
        var daemon = Start(PageConfig.Launch(programs, port, user is null ? "" : $"username={user}\npassword={password}"));
        daemon.WaitForLine("supervisord started with pid");
        var page = new StatusPage(daemon, Browser, new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/")));
        page.WaitUntil(() =>
        {
            if (user is null)
                Browser.Open(page.Address);
            else
                Browser.Open(page.Address, user, password);
            return Browser.Count("#processes") == 1;
        }, "the page");
        _ = (Browser.Complaints, Browser.Requests); // of the test before
        page.WaitUntil(() => page.Live == "Live", "the page is live");
        return page;
    }
}
