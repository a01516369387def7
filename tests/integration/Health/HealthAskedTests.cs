using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Health;

/// <summary>supervisorctl health, /healthz and /readyz.</summary>
public sealed class HealthAskedTests(ITestOutputHelper output) : HealthCase(output)
{
    private const string Programs = """
        [program:web]
        command=sleep 600
        startsecs=0
        [program:worker]
        command=sleep 600
        depends_on=redis
        [program:redis]
        command=sleep 600
        startsecs=3600
        [program:api]
        command=/nonexistent
        startretries=0
        [program:failed]
        command=sh -c 'exit 3'
        oneshot=true
        [program:migrate]
        command=true
        oneshot=true
        [program:unwanted]
        command=sleep 600
        autostart=false

        """;

    [Fact]
    public void Health_names_what_is_not_as_it_should_be()
    {
        var daemon = Run(Programs);
        daemon.WaitForLine("gave up: api");
        daemon.WaitForLine("exited: failed");
        daemon.WaitForLine("exited: migrate");
        Assert.Equal(
            "api: FATAL can't find command '/nonexistent'\nfailed: EXITED exit status 3\nredis: STARTING\nworker: waiting for redis:ready\n",
            Ctl(daemon, 1, "health"));
        Assert.Equal("", Ctl(daemon, 0, "health", "web", "migrate", "unwanted"));
        Assert.Equal("redis: STARTING\nworker: waiting for redis:ready\n", Ctl(daemon, 1, "health", "we*", "r*", "worker:*"));
        Assert.Equal("nix: ERROR (no such process)\n", Ctl(daemon, 1, "health", "nix"));
        Assert.Contains("health <gname>:*", Ctl(daemon, 0, "help", "health"), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_server_there_is_no_health()
    {
        var daemon = Run("[program:web]\ncommand=sleep 600\nstartsecs=0\n");
        daemon.WaitUntil(() => Ctl(daemon, "health") == (0, ""), "it answers");
        Assert.Equal($"unix://{daemon.Folder}/none.sock no such file\n", Ctl(daemon, 1, "-s", $"unix://{daemon.Folder}/none.sock", "health"));
        var nobody = $"http://127.0.0.1:{Port.Free()}";
        Assert.Equal($"{nobody} refused connection\n", Ctl(daemon, 1, "-s", nobody, "health"));
        Assert.Contains("Server requires authentication", Ctl(daemon, 1, "-u", "nobody", "health"), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_Pythons_daemon_it_says_what_that_tells()
    {
        var daemon = Run(Programs, implementation: Implementation.Debian); // which starts worker too, and all again and again
        daemon.WaitForLine("gave up: api");
        daemon.WaitForLine("success: worker");
        var said = Ctl(daemon, 1, "health");
        Assert.Contains("api: FATAL can't find command '/nonexistent'\n", said, StringComparison.Ordinal);
        Assert.Contains("redis: STARTING\n", said, StringComparison.Ordinal);
        Assert.Equal("", Ctl(daemon, 0, "health", "web", "worker", "unwanted"));
    }

    [Fact]
    public async Task The_paths_need_no_login_and_tell_nothing_else()
    {
        var port = Port.Free();
        var daemon = Run($"""
            [inet_http_server]
            port=127.0.0.1:{port}
            username=joe
            password=secret
            [program:web]
            command=sh -c 'trap "" TERM; touch trapped; while :; do sleep .1; done'
            startsecs=0
            stopwaitsecs=3600
            [program:late]
            command=sleep 600
            startsecs=3600
            [program:bad]
            command=sh -c 'exit 3'
            startretries=0
            autostart=false

            """.Replace("touch trapped", "touch {dir}/trapped"));
        daemon.WaitForLine("success: web");
        foreach (var client in new[] { Inet(port), Unix(daemon.PathOf("s.sock")) })
            using (client)
            {
                await Eventually200Async(client);
                Assert.Equal((200, "ok\n"), await GetAsync(client, "/healthz"));
                Assert.Equal((503, "unavailable\n"), await GetAsync(client, "/readyz")); // late is STARTING
                Assert.Equal((503, ""), await SendAsync(client, HttpMethod.Head, "/readyz"));
                Assert.Equal((200, ""), await SendAsync(client, HttpMethod.Head, "/healthz"));
                foreach (var path in new[] { "/", "/RPC2", "/healthz/", "/healthzz", "/readyz/x", "/logtail/web", "/HEALTHZ" })
                    Assert.Equal(401, (await GetAsync(client, path)).Status);
                Assert.Equal(401, (await SendAsync(client, HttpMethod.Post, "/healthz")).Status);
            }

        using var asker = Inet(port);
        Ctl(daemon, 0, "stop", "late"); // by hand: it should not run any more
        Assert.Equal((200, "ok\n"), await GetAsync(asker, "/readyz"));
        _ = Ctl(daemon, "start", "bad");
        daemon.WaitForLine("gave up: bad");
        Assert.Equal((503, "unavailable\n"), await GetAsync(asker, "/healthz"));
        Assert.Equal((503, "unavailable\n"), await GetAsync(asker, "/readyz?x=1"));

        daemon.WaitUntil(() => File.Exists(daemon.PathOf("trapped")), "the program ignores TERM");
        daemon.Signal(Signum.SIGTERM);
        daemon.WaitForLine("waiting for web to die");
        Assert.Equal((200, "ok\n"), await GetAsync(asker, "/healthz")); // an end in order is not cut short
        Assert.Equal((503, "unavailable\n"), await GetAsync(asker, "/readyz"));
        Assert.Equal("supervisord: shutting down\n", Ctl(daemon, 1, "health"));
        daemon.Kill("web", Signum.SIGKILL);
        Assert.Equal(ExitStatus.Exited(0), daemon.WaitForExit());
    }

    private static HttpClient Inet(int port) => new() { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")) };

    private static HttpClient Unix(string path) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, ending) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), ending);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = new Uri("http://unix"),
    };

    /// <summary>The server takes its time to start: until then clients wait in the backlog.</summary>
    private static async Task Eventually200Async(HttpClient client)
    {
        using var login = new HttpRequestMessage(HttpMethod.Get, "/");
        login.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes("joe:secret")));
        using var response = await client.SendAsync(login);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static Task<(int Status, string Body)> GetAsync(HttpClient client, string path) => SendAsync(client, HttpMethod.Get, path);

    private static async Task<(int Status, string Body)> SendAsync(HttpClient client, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        using var response = await client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
