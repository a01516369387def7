using System.Net;
using System.Net.Sockets;
using System.Text;
using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Page;

/// <summary>The page is whole in one answer.</summary>
public sealed class PaintTests(ITestOutputHelper output, SharedBrowser shared) : PageTest(output, shared)
{
    private const string Programs = """
        [program:a]
        command=sleep 1000
        startsecs=0
        [program:b]
        command=sleep 1000
        autostart=false
        """;

    [Fact]
    public void Nothing_is_asked_of_anyone_but_the_daemon()
    {
        var page = Open(Programs);
        page.WaitForState("a:a", "running");
        Browser.Open(page.Address);
        page.WaitUntil(() => page.Live == "Live", "the page opened anew is live");
        var origin = page.Address.GetLeftPart(UriPartial.Authority);
        Assert.Equal([$"{origin}/", $"{origin}/events"], Browser.Requests.Where(request => !request.StartsWith("data:", StringComparison.Ordinal)));
        Assert.Empty(Browser.Complaints);
    }

    [Fact]
    public async Task It_is_painted_from_the_first_answer_alone()
    {
        var page = Open(Programs);
        page.WaitForState("a:a", "running");
        byte[] answer;
        using (var http = new HttpClient())
        {
            using var response = await http.GetAsync(page.Address);
            var body = await response.Content.ReadAsByteArrayAsync();
            Assert.InRange(body.Length, 1, 40_000);
            answer = [.. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\n{response.Headers}{response.Content.Headers}Connection: close\r\n\r\n"), .. body];
        }

        // A server that answers one request, and leaves all others waiting.
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        using var ending = new CancellationTokenSource();
        var serving = ServeAsync();
        Browser.Open(new Uri($"http://{server.LocalEndpoint}/"));
        page.WaitUntil(() => Browser.Run("return performance.getEntriesByName('first-contentful-paint').length") is 1L, "something is painted");
        Assert.Equal(["a:a", "b:b"], page.Names);
        Assert.Equal("running", page.State("a:a"));
        Assert.Equal("Connecting…", page.Live);
        Assert.Empty(Browser.Complaints);
        Browser.Open(new Uri("about:blank"));
        await ending.CancelAsync();
        await serving;

        async Task ServeAsync()
        {
            var waiting = new List<TcpClient>();
            try
            {
                for (var answered = false; ;)
                {
                    var client = await server.AcceptTcpClientAsync(ending.Token);
                    waiting.Add(client);
                    // A browser may open a connection that it does not use yet.
                    if (answered || await client.GetStream().ReadAsync(new byte[65536], ending.Token) == 0)
                        continue;
                    answered = true;
                    await client.GetStream().WriteAsync(answer, ending.Token);
                    client.Client.Shutdown(SocketShutdown.Send);
                }
            }
            catch (OperationCanceledException)
            {
                waiting.ForEach(client => client.Dispose());
            }
        }
    }
}
