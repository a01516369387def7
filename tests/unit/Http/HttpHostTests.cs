using System.Net.Sockets;
using System.Text;
using Init.Config;
using Init.Http;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Init.Unit.Http;

public sealed class HttpHostTests : IDisposable, IRequestHandler
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly ScratchDirectory _here = new();
    private readonly List<Exception> _failures = [];
    private HttpHost? _host;
    private Func<HttpContext, Task> _handle = context => context.Response.WriteAsync($"{context.Request.Method} {context.Request.Path}");

    public void Dispose()
    {
        _host?.Dispose();
        _sockets?.Dispose();
        _here.Dispose();
    }

    Task IRequestHandler.HandleAsync(HttpContext context) => _handle(context);

    bool IRequestHandler.IsPublic(HttpRequest request) => request.Path == "/public";

    void IRequestHandler.Failed(HttpContext context, Exception exception) => _failures.Add(exception);

    private ServerSockets? _sockets;

    private void Start(string? username = null, int maxConnections = 100)
    {
        var server = new HttpServerConfig { Section = "unix_http_server", Path = _here["sock"], Chmod = 0x1C0, Username = username, Password = "123" };
        _sockets = ServerSockets.Open([server], _ => { });
        _host = HttpHost.Start(_sockets.All, this, maxConnections);
    }

    private Client Connect() => new(_here["sock"]);

    /// <summary>A connection as bytes: what exactly is answered is what clients depend on.</summary>
    private sealed class Client : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };

        internal Client(string path) => _socket.Connect(new UnixDomainSocketEndPoint(path));

        internal void Send(string text) => _socket.Send(Encoding.UTF8.GetBytes(text));

        internal void CloseWriting() => _socket.Shutdown(SocketShutdown.Send);

        /// <summary>Up to a text that must come.</summary>
        internal string ReadTo(string end)
        {
            var text = new StringBuilder();
            while (!text.ToString().EndsWith(end, StringComparison.Ordinal))
                text.Append(ReadOne() ?? throw new InvalidOperationException($"the connection ends after: {text}"));
            return text.ToString();
        }

        /// <summary>Up to the end of the connection, however it ends.</summary>
        internal string ReadToEnd()
        {
            var text = new StringBuilder();
            while (ReadOne() is { } next)
                text.Append(next);
            return text.ToString();
        }

        private char? ReadOne()
        {
            var one = new byte[1];
            try
            {
                return _socket.Receive(one) == 0 ? null : (char)one[0];
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
            {
                return null;
            }
        }

        internal string Get(string path, string headers = "")
        {
            Send($"GET {path} HTTP/1.1\r\nHost: x\r\n{headers}\r\n");
            return ReadResponse();
        }

        /// <summary>A response that says how long it is, or is chunked.</summary>
        internal string ReadResponse()
        {
            var head = ReadTo("\r\n\r\n");
            if (head.Contains("Transfer-Encoding: chunked", StringComparison.Ordinal))
                return head + ReadTo("0\r\n\r\n");
            var length = int.Parse(head.Split("Content-Length: ")[1].Split('\r')[0], System.Globalization.CultureInfo.InvariantCulture);
            var body = new StringBuilder();
            while (body.Length < length)
                body.Append(ReadOne());
            return head + body;
        }

        public void Dispose() => _socket.Dispose();
    }

    private static string Page(int status, string reason) =>
        $"<head>\r\n<title>Error response</title>\r\n</head>\r\n<body>\r\n<h1>Error response</h1>\r\n<p>Error code {status}.\r\n"
        + $"<p>Message: {reason}.\r\n</body>\r\n";

    [Fact]
    public void A_connection_serves_request_after_request()
    {
        Start();
        using var client = Connect();
        Assert.EndsWith("GET /a\r\n0\r\n\r\n", client.Get("/a"), StringComparison.Ordinal);
        var second = client.Get("/b");
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", second, StringComparison.Ordinal);
        Assert.EndsWith("GET /b\r\n0\r\n\r\n", second, StringComparison.Ordinal);
        Assert.DoesNotContain("Server:", second, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_public_needs_no_login()
    {
        Start(username: "user");
        using var client = Connect();
        Assert.Contains("GET /public", client.Get("/public"), StringComparison.Ordinal);
        Assert.Contains(" 401 ", client.Get("/publicly"), StringComparison.Ordinal);
    }

    [Fact] // R-129, R-130, R-105
    public void Without_the_login_nothing_is_handled_and_the_connection_closed()
    {
        Start(username: "user");
        _handle = _ => throw new InvalidOperationException("it was handled");
        using var client = Connect();
        client.Send("GET /anything HTTP/1.1\r\nHost: x\r\nAuthorization: Basic dXNlcjoxMjQ=\r\n\r\n");
        var response = client.ReadToEnd();
        Assert.StartsWith("HTTP/1.1 401 Unauthorized\r\n", response, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", response, StringComparison.Ordinal);
        Assert.Contains("\r\nWWW-Authenticate: Basic realm=\"default\"\r\n", response, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Type: text/html\r\n", response, StringComparison.Ordinal);
        Assert.EndsWith($"\r\n\r\n{Page(401, "Unauthorized")}", response, StringComparison.Ordinal);
        Assert.Empty(_failures);
    }

    [Fact] // R-133
    public void A_login_that_is_none_is_a_bad_request()
    {
        Start(username: "user");
        using var client = Connect();
        Assert.EndsWith(Page(400, "Bad Request"), client.Get("/", "Authorization: Basic !\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void With_the_login_it_is_handled()
    {
        Start(username: "user");
        using var client = Connect();
        Assert.Contains("GET /a", client.Get("/a", "Authorization: Basic dXNlcjoxMjM=\r\n"), StringComparison.Ordinal);
    }

    [Fact] // R-105
    public void To_HEAD_a_page_has_its_length_and_no_body()
    {
        Start();
        _handle = context => ErrorPage.WriteAsync(context, 404);
        using var client = Connect();
        client.Send("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        var response = client.ReadToEnd();
        Assert.EndsWith("\r\n\r\n", response, StringComparison.Ordinal);
        Assert.Contains($"\r\nContent-Length: {Page(404, "Not Found").Length}\r\n", response, StringComparison.Ordinal);
    }

    [Fact]
    public void A_body_that_is_too_large_is_refused_before_it_is_read()
    {
        Start();
        _handle = async context => await context.Request.Body.CopyToAsync(Stream.Null);
        using var client = Connect();
        client.Send($"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {HttpHost.LargestBody + 1}\r\n\r\n");
        var response = client.ReadResponse();
        Assert.StartsWith("HTTP/1.1 413 ", response, StringComparison.Ordinal);
        Assert.EndsWith(Page(413, "Content Too Large"), response, StringComparison.Ordinal);
        Assert.Empty(_failures);
    }

    [Theory]
    [InlineData("GARBAGE\r\n\r\n", "400")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", "400")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +3\r\n\r\nabc", "400")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -0\r\n\r\n", "400")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "400")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x10\r\n\r\n", "400")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1,1\r\n\r\nab", "400")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1 1\r\n\r\nab", "400")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\nab", "400")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", "400")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "400")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nab", "400")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nNo colon\r\n\r\n", "400")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n", "400")]
    public void What_is_no_request_is_answered_and_ends_the_connection(string request, string status)
    {
        Start();
        using var client = Connect();
        client.Send(request);
        Assert.StartsWith($"HTTP/1.1 {status} ", client.ReadToEnd(), StringComparison.Ordinal);
        Assert.Empty(_failures);
    }

    [Fact]
    public void A_handler_that_throws_is_a_500_and_is_told_and_costs_no_connection()
    {
        Start();
        var usual = _handle;
        _handle = _ => throw new InvalidOperationException("a defect");
        using var client = Connect();
        var response = client.Get("/");
        Assert.StartsWith("HTTP/1.1 500 Internal Server Error\r\n", response, StringComparison.Ordinal);
        Assert.EndsWith(Page(500, "Internal Server Error"), response, StringComparison.Ordinal);
        Assert.Equal("a defect", Assert.Single(_failures).Message);
        _handle = usual;
        Assert.Contains("GET /b", client.Get("/b"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_handler_that_throws_in_the_midst_breaks_off_so_that_nobody_takes_it_for_the_end()
    {
        Start();
        _handle = async context =>
        {
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            throw new InvalidOperationException("a defect");
        };
        using var client = Connect();
        client.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        var response = client.ReadToEnd();
        Assert.DoesNotContain("\r\n0\r\n", response, StringComparison.Ordinal);
        Assert.Equal("a defect", Assert.Single(_failures).Message);
    }

    [Fact]
    public async Task Streams_end_properly_when_the_daemon_does()
    {
        Start();
        _handle = async context =>
        {
            using var ending = context.Ending();
            await context.Response.WriteAsync("first");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, ending.Token);
        };
        using var client = Connect();
        client.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        client.ReadTo("first\r\n");
        await _host!.StopAsync().WaitAsync(_patience);
        Assert.Equal("0\r\n\r\n", client.ReadToEnd());
        Assert.Empty(_failures);
    }

    [Fact]
    public async Task A_reply_under_way_is_let_out()
    {
        Start();
        var (begun, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        _handle = async context =>
        {
            begun.SetResult();
            await answer.Task;
            await context.Response.WriteAsync("the answer");
        };
        using var client = Connect();
        client.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        await begun.Task.WaitAsync(_patience);
        var stopped = _host!.StopAsync();
        answer.SetResult();
        Assert.Contains("the answer", client.ReadToEnd(), StringComparison.Ordinal);
        await stopped.WaitAsync(_patience);
    }

    [Fact]
    public async Task A_reply_that_fails_once_the_daemon_ends_is_no_empty_answer()
    {
        Start();
        var begun = new TaskCompletionSource();
        _handle = async context =>
        {
            using var ending = context.Ending();
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, ending.Token);
        };
        using var client = Connect();
        client.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        await begun.Task.WaitAsync(_patience);
        await _host!.StopAsync().WaitAsync(_patience);
        Assert.Equal("", client.ReadToEnd());
    }

    [Fact]
    public async Task A_reply_that_never_comes_is_not_waited_for()
    {
        Start();
        var begun = new TaskCompletionSource();
        _handle = async context =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        using var client = Connect();
        client.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        await begun.Task.WaitAsync(_patience);
        await _host!.StopAsync().WaitAsync(_patience);
        Assert.Equal("", client.ReadToEnd());
        Assert.Empty(_failures);
    }

    [Fact]
    public void One_connection_too_many_costs_the_one_that_was_idle_longest()
    {
        Start(maxConnections: 2);
        using var first = Connect();
        first.Get("/");
        using var second = Connect();
        second.Get("/");
        first.Get("/"); // so the second is the idlest
        using var third = Connect();
        Assert.Contains("GET /c", third.Get("/c"), StringComparison.Ordinal);
        Assert.Equal("", second.ReadToEnd());
        Assert.Contains("GET /a", first.Get("/a"), StringComparison.Ordinal);
        using var fourth = Connect();
        fourth.Get("/");
        Assert.Equal("", third.ReadToEnd());
    }

    [Fact]
    public async Task A_stream_gives_way_where_nothing_is_idle_and_an_answer_that_has_an_end_does_not()
    {
        Start(maxConnections: 2);
        var (begun, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        _handle = async context =>
        {
            if (context.Request.Path == "/stream")
                using (var ending = context.BeginStream())
                {
                    await context.Response.Body.FlushAsync();
                    await Task.Delay(Timeout.Infinite, ending.Token);
                }
            else if (context.Request.Path == "/long")
            {
                begun.SetResult();
                await answer.Task;
            }
            await context.Response.WriteAsync("done");
        };
        using var stream = Connect();
        stream.Send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
        stream.ReadTo("\r\n\r\n");
        using var slow = Connect();
        slow.Send("GET /long HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        await begun.Task.WaitAsync(_patience);
        using var third = Connect();
        Assert.Contains("done", third.Get("/"), StringComparison.Ordinal);
        Assert.Equal("", stream.ReadToEnd());
        answer.SetResult();
        Assert.Contains("done", slow.ReadToEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void Who_fills_one_server_leaves_the_others_to_their_clients()
    {
        _sockets = ServerSockets.Open(
            [.. new[] { "sock", "other" }.Select(name => new HttpServerConfig { Section = "unix_http_server", Path = _here[name], Chmod = 0x1C0 })], _ => { });
        _host = HttpHost.Start(_sockets.All, this, maxConnections: 4);
        using var first = Connect();
        first.Get("/");
        var crowd = new List<Client>();
        for (var n = 0; n < 10; n++)
        {
            crowd.Add(new Client(_here["other"]));
            crowd[^1].Get("/");
        }
        Assert.Contains("GET /a", first.Get("/a"), StringComparison.Ordinal);
        crowd.ForEach(one => one.Dispose());
    }

    [Fact]
    public void Connections_that_were_closed_make_room()
    {
        Start(maxConnections: 2);
        using var first = Connect();
        first.Get("/");
        for (var n = 0; n < 5; n++)
            using (var other = Connect())
            {
                other.Send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
                other.ReadToEnd();
            }
        Assert.Contains("GET /a", first.Get("/a"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_handler_knows_by_which_server_a_request_came()
    {
        Start();
        _handle = context => context.Response.WriteAsync(context.Features.Get<HttpServerConfig>()!.Section);
        using var client = Connect();
        Assert.Contains("unix_http_server", client.Get("/"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2147483648)]
    [InlineData(1000000000)]
    [InlineData(999999999999999999)]
    public void A_body_that_is_only_announced_is_refused_at_once_whatever_answers(long length)
    {
        Start();
        _handle = _ => throw new InvalidOperationException("it was handled");
        using var client = Connect();
        client.Send($"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n<");
        var response = client.ReadToEnd();
        Assert.StartsWith("HTTP/1.1 413 ", response, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", response, StringComparison.Ordinal);
        Assert.Empty(_failures);
    }

    [Theory]
    [InlineData("127.0.0.1:9001/supervisor/index.html")]
    [InlineData("/run/supervisor.sock")]
    [InlineData("%2Frun%2Fsupervisor.sock")]
    [InlineData("b\u00fccher.example")]
    [InlineData("joe:secret@here:9001")]
    [InlineData("two words")]
    [InlineData("here:port")]
    [InlineData(":9001")]
    [InlineData("[::1]x")]
    public void A_host_that_no_server_would_take_is_known_as_it_was_sent(string host)
    {
        Start();
        _handle = context => context.Response.WriteAsync($"{context.Request.Method} {context.Request.Path} at <{context.RequestedHost()}>");
        using var client = Connect();
        for (var n = 0; n < 2; n++)
        {
            client.Send($"POST /a HTTP/1.1\r\nHost: {host}\r\nContent-Length: 3\r\n\r\nabc");
            Assert.Contains($"POST /a at <{host}>", Utf8(client.ReadResponse()), StringComparison.Ordinal);
        }
        client.Send("GET /b HTTP/1.1\r\nHost: usual:80\r\n\r\n");
        Assert.Contains("GET /b at <usual:80>", client.ReadResponse(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "GET / at <>")]
    [InlineData("GET / HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n", "GET / at <>")]
    [InlineData("GET / HTTP/1.0\r\n\r\n", "GET / at <>")]
    [InlineData("GET http://other/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "GET /a at <other>")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "OPTIONS  at <x>")]
    public void A_request_without_a_usual_host_or_target_is_served(string request, string answer)
    {
        Start();
        _handle = context => context.Response.WriteAsync($"{context.Request.Method} {context.Request.Path} at <{context.RequestedHost()}>");
        using var client = Connect();
        client.Send(request);
        var response = client.ReadToEnd();
        Assert.StartsWith("HTTP/1.1 200 OK", response, StringComparison.Ordinal);
        Assert.Contains(answer, response, StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_whose_end_is_uncertain_is_the_last_of_its_connection()
    {
        Start();
        using var client = Connect();
        client.Send("POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nPOST /b HTTP/1.1\r\nHost: x\r\nContent-Length: +3\r\n\r\nabc");
        var response = client.ReadToEnd();
        Assert.Contains("POST /a", response, StringComparison.Ordinal);
        Assert.DoesNotContain("POST /b", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_closes_its_writing_half_gets_its_answer()
    {
        Start();
        var (begun, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        _handle = async context =>
        {
            var body = await new StreamReader(context.Request.Body).ReadToEndAsync();
            begun.SetResult();
            using var gone = context.EndingOrGone();
            await answer.Task.WaitAsync(gone.Token);
            await context.Response.WriteAsync($"it was {body}");
        };
        using var client = Connect();
        client.Send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
        client.CloseWriting();
        await begun.Task.WaitAsync(_patience);
        answer.SetResult();
        Assert.Contains("it was abc", client.ReadToEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_is_gone_is_noticed_while_its_answer_is_due(bool afterHalf)
    {
        Start();
        var (begun, left) = (new TaskCompletionSource(), new TaskCompletionSource());
        _handle = async context =>
        {
            using var gone = context.EndingOrGone();
            begun.SetResult();
            using var noticed = gone.Token.Register(left.SetResult);
            await left.Task;
        };
        using (var client = Connect())
        {
            client.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            if (afterHalf)
                client.CloseWriting();
            await begun.Task.WaitAsync(_patience);
        }
        await left.Task.WaitAsync(_patience);
    }

    [Fact]
    public void A_stream_ends_properly_for_a_client_that_says_no_more()
    {
        Start();
        _handle = async context =>
        {
            using var ending = context.BeginStream();
            using var listening = context.Listening(ending);
            await context.Response.WriteAsync("what there is", ending.Token);
            await Task.Delay(Timeout.Infinite, listening.Token);
        };
        using var client = Connect();
        client.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        client.CloseWriting();
        Assert.EndsWith("what there is\r\n0\r\n\r\n", client.ReadToEnd(), StringComparison.Ordinal);
        Assert.Empty(_failures);
    }

    [Fact]
    public void A_server_without_a_login_is_asked_by_its_own_names()
    {
        var server = new HttpServerConfig { Section = "inet_http_server", Host = "127.0.0.1", Port = 0 };
        Assert.False(HostNames.Allow(server, "rebound.example"));
        Assert.Contains("allowed_hosts of [inet_http_server]", HostNames.Refusal(server), StringComparison.Ordinal);
    }

    private static string Utf8(string bytes) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(bytes));
}
