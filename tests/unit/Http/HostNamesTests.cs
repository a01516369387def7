using Init.Config;
using Init.Http;
using Xunit;

namespace Init.Unit.Http;

public sealed class HostNamesTests
{
    private static readonly HttpServerConfig _open = new() { Section = "inet_http_server", Host = "", Port = 9001 };

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("127.0.0.1")]
    [InlineData("192.168.1.2:9001")]
    [InlineData("[::1]")]
    [InlineData("[fe80::1]:9001")]
    [InlineData("::1")]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:9001")]
    [InlineData("a.b.localhost")]
    [InlineData("supervisor:9001")] // of a container network
    [InlineData("supervisor/index.html")]
    [InlineData("127.0.0.1:9001/supervisor/index.html")]
    [InlineData("/run/supervisor.sock")]
    [InlineData("%2Frun%2Fsupervisor.sock")]
    [InlineData("b\u00fccher.example")] // browsers send the name in ASCII
    [InlineData("two words.example")]
    public void No_lookup_of_a_strangers_name_leads_here_by(string? host) => Assert.True(HostNames.Allow(_open, host));

    [Theory]
    [InlineData("rebound.example")]
    [InlineData("rebound.example:9001")]
    [InlineData("rebound.example.")]
    [InlineData("rebound.example.:9001")]
    [InlineData("REBOUND.EXAMPLE")]
    [InlineData("rebound.example/supervisor/index.html")]
    [InlineData("rebound.example:9001/127.0.0.1")]
    [InlineData("127.0.0.1.rebound.example")]
    [InlineData("localhost.example")]
    [InlineData("xlocalhost.example")]
    [InlineData("127.0.0.1@rebound.example")]
    [InlineData("xn--bcher-kva.example")]
    [InlineData("a_b.example")]
    public void A_strangers_name_may(string host)
    {
        Assert.False(HostNames.Allow(_open, host));
        Assert.True(HostNames.Allow(_open with { AllowedHosts = ["*"] }, host));
        Assert.True(HostNames.Allow(_open with { Username = "joe" }, host));
        Assert.True(HostNames.Allow(_open with { Path = "/run/s.sock" }, host));
    }

    [Theory]
    [InlineData("listed.example", true)]
    [InlineData("Listed.Example.:80", true)]
    [InlineData("a.listed.example", false)]
    [InlineData("a.below.example", true)]
    [InlineData("a.b.below.example", true)]
    [InlineData("below.example", false)]
    [InlineData("xbelow.example", false)]
    public void What_is_listed_is_known(string host, bool known) =>
        Assert.Equal(known, HostNames.Allow(_open with { AllowedHosts = ["listed.example", "*.below.example"] }, host));
}
