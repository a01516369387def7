using Init.Http;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Init.Unit.Http;

public class ProvenanceTests
{
    private static bool Allows(string host, params (string Name, string Value)[] headers)
    {
        var context = Context(host, headers);
        return !Provenance.IsForeign(context);
    }

    private static DefaultHttpContext Context(string host, (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext();
        context.Request.Protocol = "HTTP/1.1";
        context.Request.Host = new HostString(host);
        foreach (var (name, value) in headers)
            context.Request.Headers.Append(name, value);
        return context;
    }

    [Fact]
    public void What_is_no_browser_may() => Assert.True(Allows("here:9001"));

    [Theory]
    [InlineData("same-origin", true)]
    [InlineData("none", true)]
    [InlineData("same-site", false)]
    [InlineData("cross-site", false)]
    [InlineData("Same-Origin", false)]
    [InlineData("anything", false)]
    public void What_the_browser_says_of_the_site_decides(string site, bool allowed)
    {
        Assert.Equal(allowed, Allows("here", ("Sec-Fetch-Site", site)));
        Assert.Equal(allowed, Allows("here", ("Sec-Fetch-Site", site), ("Origin", allowed ? "http://there" : "http://here")));
    }

    [Theory]
    [InlineData("here:9001", "http://here:9001", true)]
    [InlineData("here", "http://here", true)]
    [InlineData("here", "http://here:80", true)]
    [InlineData("HERE", "http://here", true)]
    [InlineData("here", "https://here", true)] // a proxy in front that speaks TLS
    [InlineData("[::1]:9001", "http://[::1]:9001", true)]
    [InlineData("here:9001", "http://here:9002", false)]
    [InlineData("here:9001", "http://here", false)]
    [InlineData("here", "http://there", false)]
    [InlineData("here", "http://here.there", false)]
    [InlineData("here", "http://there/here", false)]
    [InlineData("here", "http://here@there", false)]
    [InlineData("here", "null", false)]
    [InlineData("here", "here", false)]
    public void Otherwise_the_origin_does(string host, string origin, bool allowed)
    {
        Assert.Equal(allowed, Allows(host, ("Origin", origin)));
        Assert.Equal(allowed, Allows(host, ("Origin", origin), ("Referer", allowed ? "http://there/" : $"http://{host}/")));
    }

    [Theory]
    [InlineData("http://here:9001/index.html?action=x", true)]
    [InlineData("http://there/?http://here:9001/", false)]
    [InlineData("about:blank", false)]
    [InlineData("nonsense", false)]
    public void Otherwise_the_page_that_led_here_does(string referer, bool allowed) =>
        Assert.Equal(allowed, Allows("here:9001", ("Referer", referer)));

    [Fact]
    public void Without_a_host_of_ours_no_page_is_ours() => Assert.False(Allows("", ("Origin", "http://there")));

    [Theory]
    [InlineData("Sec-Fetch-Site", "same-origin", "same-origin")]
    [InlineData("Sec-Fetch-Site", "same-origin", "cross-site")]
    [InlineData("sec-fetch-site", "none", "cross-site")]
    [InlineData("Sec-Fetch-Mode", "cors", "navigate")]
    [InlineData("Origin", "http://here", "http://there")]
    [InlineData("ORIGIN", "http://here", "http://here")]
    public void More_than_one_of_a_kind_is_nothing_that_a_browser_sends(string name, string first, string second)
    {
        Assert.False(Allows("here", (name, first), (name, second)));
        Assert.False(Allows("here", ("Sec-Fetch-Site", "same-origin"), ("Origin", "http://here"), (name, first), (name, second)));
        Assert.False(Allows("here", (name, $"{first}, {second}"), ("Origin", "http://there")));
    }

    [Fact] // Node's fetch sends it, and no other
    public void A_mode_alone_is_no_browsers() => Assert.True(Allows("here", ("Sec-Fetch-Mode", "cors"), ("Accept-Language", "*")));

    [Theory]
    [InlineData("here:9001/supervisor/index.html", "http://here:9001", true)]
    [InlineData("here:80/supervisor", "http://here", true)]
    [InlineData("here/there", "http://there", false)]
    public void What_a_proxy_adds_to_the_host_is_not_compared(string host, string origin, bool allowed) =>
        Assert.Equal(allowed, Allows(host, ("Origin", origin)));

    [Theory]
    [InlineData("HTTP/1.0", "")]
    [InlineData("HTTP/1.1", "close")]
    public void A_referer_says_nothing_where_a_proxy_has_replaced_the_host(string protocol, string connection)
    {
        var context = Context("127.0.0.1:9001", [("Referer", "http://intra.example/"), ("Connection", connection)]);
        context.Request.Protocol = protocol;
        Assert.False(Provenance.IsForeign(context));
        context.Request.Headers.Origin = "http://intra.example"; // but this does
        Assert.True(Provenance.IsForeign(context));
    }

    [Theory]
    [InlineData(true, "Mozilla/5.0 (X11)", "de")]
    [InlineData(true, "Mozilla/5.0 (X11)", "de", "Referer", "http://there/")]
    [InlineData(false, "Mozilla/5.0 (X11)", "de", "Referer", "http://here/")]
    [InlineData(false, "Mozilla/5.0 (X11)", "de", "Sec-Fetch-Site", "none")]
    [InlineData(false, "curl/8.0", null)]
    [InlineData(false, "node", "*")]
    [InlineData(false, "Mozilla/5.0 (Windows NT) WindowsPowerShell/5.1", null)]
    public void A_browser_that_does_not_say_which_page_led_it_here_is_uncertain(
        bool uncertain, string agent, string? language, string name = "Accept", string value = "*/*")
    {
        var context = Context("here", [("User-Agent", agent), (name, value)]);
        if (language is not null)
            context.Request.Headers.AcceptLanguage = language;
        Assert.Equal(uncertain, Provenance.IsUncertain(context));
    }
}
