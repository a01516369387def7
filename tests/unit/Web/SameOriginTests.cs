using Init.Web;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Init.Unit.Web;

public class SameOriginTests
{
    private static bool Allows(string host, params (string Name, string Value)[] headers)
    {
        var request = new DefaultHttpContext().Request;
        request.Host = new HostString(host);
        foreach (var (name, value) in headers)
            request.Headers[name] = value;
        return SameOrigin.Allows(request);
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
}
