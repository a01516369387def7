using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Page;

/// <summary>The page's addresses for a plain client: what Supervisor answers, and what no browser may be led to do.</summary>
public sealed class AddressTests(ITestOutputHelper output) : DaemonTest(output)
{
    private const string Programs = """
        [program:a]
        command=sh -c 'echo "<from> a"; exec sleep 1000'
        startsecs=0
        [program:crew]
        command=sleep 1000
        startsecs=0
        process_name=%(program_name)s_%(process_num)d
        numprocs=2
        [program:missing]
        command=/nonexistent
        autostart=false
        [program:forbidden]
        command=/etc/passwd
        autostart=false
        [program:fails]
        command=false
        autostart=false
        startretries=0
        """;

    private const string Time = @"[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]?\d \d\d:\d\d:\d\d \d{4}";

    /// <summary>E-088 to E-093, on both.</summary>
    [Theory]
    [MemberData(nameof(Servers.Each), MemberType = typeof(Servers))]
    public async Task Supervisors_links_act_and_lead_to_the_page_that_tells_of_it(Implementation implementation)
    {
        using var server = Open(implementation);
        await Expect("action=refresh", $"^Page refreshed at {Time}$");
        await Expect("processname=a&action=stop", "^Process a stopped$");
        await Expect("processname=a&action=stop", @"^unexpected rpc fault \[70\] NOT_RUNNING: a$");
        await Expect("processname=a&action=start", "^Process a started$");
        await Expect("processname=a&action=start", "^ERROR: Process a: already started$");
        await Expect("processname=a%3Aa&action=restart", "^Process a:a restarted$");
        await Expect("processname=a&action=clearlog", "^Log for a cleared$");
        await Expect("processname=crew:crew_1&action=stop", "^Process crew:crew_1 stopped$");
        foreach (var action in new[] { "start", "stop", "clearlog" })
            await Expect("processname=zz&action=" + action, "^No such process named zz$");
        await Expect("processname=missing&action=start", "^ERROR: Process missing: no such file$");
        await Expect("processname=forbidden&action=start", "^ERROR: Process forbidden: file not executable$");
        await Expect("processname=fails&action=start", "^ERROR: Process fails: spawn error$");
        await Expect("action=stopall", $"^All stopped at {Time}$");
        await Expect("action=restartall", $"^All restarted at {Time}$");
        server.Daemon.WaitForLine("spawned: 'crew_1' with pid", 2);

        async Task Expect(string query, string message)
        {
            using var answer = await server.GetAsync("index.html?" + query);
            Assert.Equal((query, HttpStatusCode.MovedPermanently), (query, answer.StatusCode));
            var location = answer.Headers.GetValues("Location").Single();
            var start = $"{server.Address}?message=";
            Assert.StartsWith(start, location, StringComparison.Ordinal);
            Assert.DoesNotMatch("[ <>:]", location[start.Length..].Replace("%3A", "", StringComparison.Ordinal));
            Assert.Matches(message, Uri.UnescapeDataString(location[start.Length..]));
        }
    }

    /// <summary>E-077, E-079, E-097 and E-098, on both.</summary>
    [Theory]
    [MemberData(nameof(Servers.Each), MemberType = typeof(Servers))]
    public async Task Supervisors_other_pages_answer_as_they_do(Implementation implementation)
    {
        using var server = Open(implementation);
        server.Daemon.WaitUntil(() => Directory.EnumerateFiles(server.Daemon.Folder, "a-stdout*").Any(file => new FileInfo(file).Length > 0), "the log");

        await Page("tail.html?processname=a", "Supervisor tail of process a", "&lt;from> a\n");
        await Page("tail.html?processname=a&limit=nonsense", "Supervisor tail of process a", "&lt;from> a\n");
        await Page("tail.html", "Supervisor tail of process None", "No process name found");
        await Page("tail.html?processname=zz", "Supervisor tail of process zz", "ERROR: unexpected rpc fault [10] BAD_NAME: zz");
        File.Delete(Directory.EnumerateFiles(server.Daemon.Folder, "a-stdout*").Single());
        await Page("tail.html?processname=a", "Supervisor tail of process a", "No file for a");

        using (var ok = await server.GetAsync("ok.html"))
        {
            Assert.Equal("OK", await ok.Content.ReadAsStringAsync());
            Assert.Equal("text/plain", ok.Content.Headers.ContentType?.ToString());
        }

        await Status(HttpMethod.Get, "", HttpStatusCode.OK);
        await Status(HttpMethod.Get, "///index.html", HttpStatusCode.OK);
        await Status(HttpMethod.Post, "index.html", HttpStatusCode.OK, "processname=a"); // theirs waits for ever for a body of no bytes
        await Status(HttpMethod.Get, "index.html?action=", HttpStatusCode.OK);
        if (implementation == Implementation.Ours)
            foreach (var path in new[] { "", "index.html", "tail.html?processname=a", "ok.html", "events", "metrics", "logtail/crew:crew_0", "mainlogtail", "index.html?action=stopall" })
                await Status(HttpMethod.Head, path, HttpStatusCode.OK); // theirs knows no HEAD
        await Status(HttpMethod.Head, "logtail/nosuch", implementation == Implementation.Ours ? HttpStatusCode.NotFound : HttpStatusCode.BadRequest);
        Assert.DoesNotContain("stopped: ", server.Daemon.Output.ToString(), StringComparison.Ordinal);
        await Status(HttpMethod.Put, "index.html", HttpStatusCode.BadRequest);
        await Status(HttpMethod.Delete, "tail.html", HttpStatusCode.BadRequest);
        await Status(HttpMethod.Get, "Index.html", HttpStatusCode.NotFound);
        await Status(HttpMethod.Get, "unknown", HttpStatusCode.NotFound);
        foreach (var way in new[] { "../../etc/passwd", "%2e%2e/%2e%2e/etc/passwd", "..%2f..%2fetc%2fpasswd", "stylesheets/../../../../../../etc/passwd", "//etc/passwd" })
            await Status(HttpMethod.Get, way, HttpStatusCode.NotFound);

        async Task Page(string path, string title, string text)
        {
            using var answer = await server.GetAsync(path);
            Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
            Assert.Equal("no-cache", answer.Headers.GetValues("Cache-Control").Single());
            var html = await answer.Content.ReadAsStringAsync();
            Assert.Contains($"<title>{title}</title>", html, StringComparison.Ordinal);
            Assert.Equal(WebUtility.HtmlDecode(text).Trim(), WebUtility.HtmlDecode(Regex.Match(html, "<pre>(.*?)</pre>", RegexOptions.Singleline).Groups[1].Value).Trim());
        }

        async Task Status(HttpMethod method, string path, HttpStatusCode status, string? body = null)
        {
            using var answer = await server.SendAsync(method, path, body);
            Assert.Equal((method, path, status), (method, path, answer.StatusCode));
        }
    }

    [Fact]
    public async Task A_form_is_answered_with_a_way_back_to_the_page_that_tells_of_it()
    {
        using var server = Open();
        using var posted = await server.SendAsync(HttpMethod.Post, "index.html", body: "processname=a&action=stop");
        Assert.Equal(HttpStatusCode.SeeOther, posted.StatusCode);
        var location = posted.Headers.GetValues("Location").Single();
        Assert.Equal("./?message=Process%20a%20stopped", location); // relative: right behind any proxy
        Assert.Contains(">Process a stopped</p>", await server.ReadAsync(location), StringComparison.Ordinal);
        server.Daemon.WaitForLine("stopped: a ");
        Assert.Contains(">&lt;b&gt;</p>", await server.ReadAsync("?message=%3Cb%3E"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_site_cannot_act()
    {
        using var server = Open();
        string[] foreign = ["http://evil.example", "http://evil.example:9001", $"http://127.0.0.1:{server.Address.Port}.evil.example", "null", $"http://127.0.0.1:{server.Address.Port - 1}"];
        List<(string Name, string Value)> headers =
        [
            ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"),
            .. foreign.Select(origin => ("Origin", origin)),
            .. foreign.Where(origin => origin != "null").Select(origin => ("Referer", origin + "/page")),
        ];
        foreach (var header in headers)
        {
            await Refused(HttpMethod.Post, "index.html", "processname=a&action=stop", header);
            await Refused(HttpMethod.Post, "", "action=stopall", header);
            await Refused(HttpMethod.Post, "index.html?action=stopall", "", header);
            await Refused(HttpMethod.Get, "index.html?processname=a&action=stop", null, header);
            await Refused(HttpMethod.Get, "?action=restartall", null, header);
        }

        Assert.DoesNotContain("stopped: ", server.Daemon.Output.ToString(), StringComparison.Ordinal);
        // To look is free; and whoever is at home here, or is no browser, may act.
        using (var looked = await server.SendAsync(HttpMethod.Get, "", header: ("Sec-Fetch-Site", "cross-site")))
            Assert.Equal(HttpStatusCode.OK, looked.StatusCode);
        var own = server.Address.GetLeftPart(UriPartial.Authority);
        foreach (var header in new[] { ("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "none"), ("Origin", own), ("Referer", own + "/index.html"), ("User-Agent", "curl") })
        {
            using var answer = await server.SendAsync(HttpMethod.Post, "index.html", "processname=a&action=restart", header);
            Assert.Equal((header, HttpStatusCode.SeeOther), (header, answer.StatusCode));
        }

        async Task Refused(HttpMethod method, string path, string? body, (string Name, string Value) header)
        {
            using var answer = await server.SendAsync(method, path, body, header);
            Assert.Equal((method, path, header, HttpStatusCode.Forbidden), (method, path, header, answer.StatusCode));
        }
    }

    /// <summary>Behind a proxy that replaces Host, over plain http: no other header tells that the page is ours.</summary>
    [Fact]
    public async Task Our_own_page_acts_whatever_its_host_is_called()
    {
        using var server = Open();
        var token = Regex.Match(await server.ReadAsync(""), "name=\"token\" value=\"(\\w+)\"").Groups[1].Value;
        Assert.Matches("^[0-9a-f]{40}$", token);
        foreach (var header in new[] { ("Origin", "http://intra.example"), ("Origin", "null"), ("Referer", "http://intra.example/supervisor/"), ("Sec-Fetch-Site", "cross-site") })
        {
            using var acted = await server.SendAsync(HttpMethod.Post, "index.html?action=restart", $"processname=a&action=restart&token={token}", header);
            Assert.Equal((header, HttpStatusCode.SeeOther), (header, acted.StatusCode));
            foreach (var wrong in new[] { "", token[1..], token + "0", new string('0', token.Length) })
            {
                using var refused = await server.SendAsync(HttpMethod.Post, "index.html", $"processname=a&action=stop&token={wrong}", header.Item1 == "Referer" ? ("Origin", "http://intra.example") : header);
                Assert.Equal((wrong, HttpStatusCode.Forbidden), (wrong, refused.StatusCode));
            }
            // An address may be seen by others: it carries no token.
            using var link = await server.SendAsync(HttpMethod.Get, $"index.html?processname=a&action=stop&token={token}", header: header);
            Assert.Equal((header, HttpStatusCode.Forbidden), (header, link.StatusCode));
        }
        Assert.DoesNotMatch("stopped: a [^t]*$", server.Daemon.Output.ToString().Split("success: a entered RUNNING")[^1]);
    }

    /// <summary>Over plain http a browser does not say that another site's page has the link; a person does.</summary>
    [Fact]
    public async Task A_link_that_a_browser_follows_without_saying_from_where_is_confirmed_by_a_form()
    {
        using var server = Open();
        using var asked = await server.SendAsync(HttpMethod.Get, "?processname=a&action=stop", null, ("User-Agent", "Mozilla/5.0"), ("Accept-Language", "de"));
        Assert.Equal(HttpStatusCode.Forbidden, asked.StatusCode);
        Assert.Contains("frame-ancestors 'none'", asked.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        var form = await asked.Content.ReadAsStringAsync();
        Assert.DoesNotContain("stopped: ", server.Daemon.Output.ToString(), StringComparison.Ordinal);
        var fields = string.Join('&', Regex.Matches(form, "<input type=\"hidden\" name=\"(\\w+)\" value=\"([^\"]*)\">").Select(field => $"{field.Groups[1]}={field.Groups[2]}"));
        using var confirmed = await server.SendAsync(HttpMethod.Post, "index.html", fields, ("Origin", "http://intra.example"));
        Assert.Equal(HttpStatusCode.SeeOther, confirmed.StatusCode);
        server.Daemon.WaitForLine("stopped: a ");
    }

    [Fact]
    public async Task A_call_from_another_sites_page_is_refused_whatever_it_says_that_it_is()
    {
        using var server = Open();
        const string Call = "<methodCall><methodName>supervisor.stopAllProcesses</methodName></methodCall>";
        foreach (var header in new[]
            { ("Origin", "http://evil.example"), ("Origin", "null"), ("Origin", ""), ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"), ("Sec-Fetch-Site", "same-origin, none") })
            foreach (var path in new[] { "RPC2", "RPC2/", "RPC2xyz?a" })
            {
                using var refused = await server.SendAsync(HttpMethod.Post, path, Call, header);
                Assert.Equal((path, header, HttpStatusCode.Forbidden), (path, header, refused.StatusCode));
                Assert.Contains("another site", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            }
        Assert.DoesNotContain("stopped: ", server.Daemon.Output.ToString(), StringComparison.Ordinal);
        foreach (var header in new[]
            { ("Origin", server.Address.GetLeftPart(UriPartial.Authority)), ("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Mode", "cors"), ("User-Agent", "Mozilla/5.0") })
        {
            using var answered = await server.SendAsync(HttpMethod.Post, "RPC2", "<methodCall><methodName>supervisor.getState</methodName></methodCall>", header);
            Assert.Equal((header, HttpStatusCode.OK), (header, answered.StatusCode));
        }
    }

    [Fact]
    public async Task Without_a_login_only_names_are_answered_that_no_stranger_can_register()
    {
        using var server = Open(login: "allowed_hosts=listed.example, *.below.example");
        foreach (var (host, status) in new (string, HttpStatusCode)[]
        {
            ("rebound.example", HttpStatusCode.Forbidden), ("rebound.example:9001", HttpStatusCode.Forbidden), ("below.example", HttpStatusCode.Forbidden),
            ("rebound.example.", HttpStatusCode.Forbidden), ("localhost.example", HttpStatusCode.Forbidden), ("127.0.0.1.example", HttpStatusCode.Forbidden),
            ("10.0.0.7:9001", HttpStatusCode.OK), ("[::1]:9001", HttpStatusCode.OK), ("localhost:1", HttpStatusCode.OK), ("a.localhost", HttpStatusCode.OK),
            ("supervisor:9001", HttpStatusCode.OK), ("LISTED.example:80", HttpStatusCode.OK), ("x.below.example", HttpStatusCode.OK),
        })
        {
            using var answer = await server.SendAsync(HttpMethod.Get, "", header: ("Host", host));
            Assert.Equal((host, status), (host, answer.StatusCode));
            if (status == HttpStatusCode.Forbidden)
                Assert.Contains("allowed_hosts of [inet_http_server]", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            using var probe = await server.SendAsync(HttpMethod.Get, "healthz", header: ("Host", host));
            Assert.Equal((host, HttpStatusCode.OK), (host, probe.StatusCode));
        }
        using var onSocket = new Client(server.Daemon, new Uri("http://rebound.example/"), server.Daemon.PathOf("s.sock"));
        Assert.Contains("data-name=\"a:a\"", await onSocket.ReadAsync(""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_program_has_written_is_never_taken_for_a_page()
    {
        using var server = Open();
        foreach (var path in new[] { "", "tail.html?processname=a", "logtail/a", "mainlogtail", "events", "metrics", "ok.html", "nosuch" })
        {
            using var answer = await server.GetAsync(path);
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        }
    }

    [Fact]
    public async Task Everything_stands_behind_the_login()
    {
        using var server = Open(login: "username=joe\npassword=se:c/r@t");
        string[] paths = ["", "index.html", "?action=stopall", "tail.html?processname=a", "ok.html", "events", "logtail/a", "mainlogtail", "unknown"];
        foreach (var path in paths)
        {
            using var refused = await server.GetAsync(path);
            Assert.Equal((path, HttpStatusCode.Unauthorized), (path, refused.StatusCode));
            Assert.StartsWith("Basic ", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
            using var wrong = await server.SendAsync(HttpMethod.Get, path, header: Login("joe:secret"));
            Assert.Equal((path, HttpStatusCode.Unauthorized), (path, wrong.StatusCode));
        }

        using (var posted = await server.SendAsync(HttpMethod.Post, "index.html", "action=stopall"))
            Assert.Equal(HttpStatusCode.Unauthorized, posted.StatusCode);
        Assert.DoesNotContain("stopped: ", server.Daemon.Output.ToString(), StringComparison.Ordinal);
        using (var right = await server.SendAsync(HttpMethod.Get, "", header: Login("joe:se:c/r@t")))
            Assert.Contains("data-name=\"a:a\"", await right.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        static (string, string) Login(string words) => ("Authorization", "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(words)));
    }

    [Fact]
    public async Task The_page_is_on_the_unix_socket_too()
    {
        using var server = Open();
        using var onSocket = new Client(server.Daemon, new Uri("http://localhost/"), server.Daemon.PathOf("s.sock"));
        Assert.Contains("data-name=\"a:a\"", await onSocket.ReadAsync(""), StringComparison.Ordinal);
        Assert.Contains("&lt;from&gt; a", await onSocket.ReadAsync("tail.html?processname=a"), StringComparison.Ordinal);
        using (var posted = await onSocket.SendAsync(HttpMethod.Post, "index.html", "processname=a&action=stop"))
            Assert.Equal((HttpStatusCode.SeeOther, "./?message=Process%20a%20stopped"), (posted.StatusCode, posted.Headers.GetValues("Location").Single()));
        server.Daemon.WaitForLine("stopped: a ");
        using (var started = await onSocket.GetAsync("?processname=a&action=start"))
            Assert.Equal("http://localhost/?message=Process%20a%20started", started.Headers.GetValues("Location").Single());
    }

    [Fact]
    public async Task The_stream_tells_all_at_first_then_what_changes()
    {
        using var server = Open();
        using var answer = await server.GetAsync("events");
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.ToString());
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
        using var patience = new CancellationTokenSource(Eventually.Patience);
        var first = await DataAsync();
        Assert.Matches("\"full\":true.*\"name\":\"a\".*\"name\":\"crew_1\"", first);
        using (await server.SendAsync(HttpMethod.Post, "", "processname=crew:crew_0&action=stop"))
        {
        }

        string next;
        do
        {
            next = await DataAsync();
            Assert.Matches("\"full\":false", next);
            Assert.DoesNotMatch("\"name\":\"(a|crew_1)\"", next);
        }
        while (!next.Contains("\"statename\":\"STOPPED\"", StringComparison.Ordinal));

        async Task<string> DataAsync()
        {
            var isMemory = false; // memory comes as an event of its own
            while (true)
                switch (await lines.ReadLineAsync(patience.Token))
                {
                    case { } line when line.StartsWith("event: ", StringComparison.Ordinal):
                        isMemory = line == "event: memory";
                        break;
                    case { } line when line.StartsWith("data: ", StringComparison.Ordinal):
                        if (!isMemory)
                            return line;
                        isMemory = false;
                        break;
                }
        }
    }

    private Client Open(Implementation implementation = Implementation.Ours, string login = "")
    {
        var port = Port.Free();
        var daemon = Start(PageConfig.Launch(Programs, port, login, implementation));
        foreach (var program in new[] { "a", "crew_0", "crew_1" })
            daemon.WaitForLine($"success: {program} entered RUNNING");
        return new Client(daemon, new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/")));
    }

    /// <summary>A client that sends paths as they are given, follows no redirection, and does not wait for the end of an answer.</summary>
    private sealed class Client(Daemon daemon, Uri address, string? socket = null) : IDisposable
    {
        private readonly HttpClient _http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            ConnectCallback = async (context, cancellation) =>
            {
                EndPoint to = socket is null ? context.DnsEndPoint : new UnixDomainSocketEndPoint(socket);
                var connection = new Socket(to.AddressFamily == AddressFamily.Unix ? AddressFamily.Unix : AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Unspecified);
                await connection.ConnectAsync(to, cancellation);
                return new NetworkStream(connection, ownsSocket: true);
            },
        })
        { Timeout = Eventually.Patience };

        public Daemon Daemon => daemon;

        public Uri Address => address;

        public Task<HttpResponseMessage> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

        public async Task<string> ReadAsync(string path)
        {
            using var answer = await GetAsync(path);
            Assert.Equal((path, HttpStatusCode.OK), (path, answer.StatusCode));
            return await answer.Content.ReadAsStringAsync();
        }

        public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body = null, params (string Name, string Value)[] header)
        {
            var exact = new Uri(address + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
            using var request = new HttpRequestMessage(method, exact);
            if (body is not null)
                request.Content = new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-www-form-urlencoded"));
            foreach (var one in header)
                request.Headers.TryAddWithoutValidation(one.Name, one.Value);
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        }

        public void Dispose() => _http.Dispose();
    }
}
