using System.Globalization;
using System.Text;
using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Control;

/// <summary>
/// HTTP as rude clients speak it. Where Supervisor answers, ours answers with the same status; where it never does, or takes whatever
/// comes, ours has a status of its own: bounded time and memory is the promise, and that supervision goes on meanwhile.
/// </summary>
public sealed class HttpTests(ITestOutputHelper output) : DaemonTest(output)
{
    private const int Nothing = 0;

    private Controlled? _controlled;

    private static readonly string _getState = Call("supervisor.getState");

    /// <summary>What is sent, the status of Supervisor's answer (null: none, or none that ours should give) and that of ours.</summary>
    private static readonly (string Request, int? Theirs, int Ours)[] _requests =
    [
        ("GARBAGE\r\n\r\n", Nothing, 400),
        ("POST  /RPC2 HTTP/1.1\r\nHost: x\r\n\r\n", Nothing, 400),
        ("\r\n\r\n\r\n\r\n", null, Nothing),
        ("GET\r\n\r\n", null, 400),
        ("GET /RPC2 HTTP/9.9\r\nHost: x\r\n\r\n", null, 505),
        ("\u0016\u0003\u0001\u0002\u0001\r\n\r\n", Nothing, 400),
        ("GET /RPC2 HTTP/1.1\r\nHost: x\r\n\r\n", 400, 400),
        ("PUT /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx", 400, 400),
        ("post /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx", 400, 400),
        ("POST /RPC2 HTTP/1.1\r\nHost: x\r\n\r\n", 411, 411),
        ("POST /RPC2 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 411, 411),
        ("POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", Nothing, 400),
        ("POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n", 500, 400),
        ("POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", null, 400),
        ("POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", null, 400),
        ("POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", 400, 400),
        ("POST /RPC2 HTTP/1.1\r\nHost: x\r\n" + _getState, 200, 200),
        ("POST /RPC2 HTTP/1.1\r\nhOST: x\r\ncontent-type: nonsense\r\n" + _getState, 200, 200),
        ("POST /RPC2?a=b HTTP/1.1\r\nHost: x\r\n" + _getState, 200, 200),
        ("POST /RPC2/ HTTP/1.1\r\nHost: x\r\n" + _getState, 200, 200),
        ("POST /%52PC2 HTTP/1.1\r\nHost: x\r\n" + _getState, 200, 200),
        ("POST /RPC2 HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n" + _getState, 200, 200),
        ("POST /RPC2 HTTP/1.0\r\n" + _getState, 200, 200),
        // What proxies and clients make of Host.
        ("POST /RPC2 HTTP/1.1\r\n" + _getState, 200, 200),
        .. new[]
        {
            "", "127.0.0.1:9001/supervisor/index.html", "rebound.example/supervisor", "/run/supervisor.sock", "%2Frun%2Fsupervisor.sock", "b\u00fccher.example",
            "joe:secret@here", "two words", "here:port", "here:", ":80", "[::1", "a,b", "http://here/", "?",
        }.Select(host => ($"POST /RPC2 HTTP/1.1\r\nHost: {host}\r\n{_getState}", (int?)200, 200)),
        ("GET http://here/ok.html HTTP/1.1\r\nHost: x\r\n\r\n", 404, 200),
        ("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", null, 400),
        ("CONNECT here:80 HTTP/1.1\r\nHost: x\r\n\r\n", null, 400),
        ("POST /RPC2 HTTP/1.1\r\nHost: x\r\nHost: x\r\n" + _getState, 200, 400),
        // How long a body is.
        ("POST /RPC2 HTTP/1.1\r\nHost: x\r\n" + _getState.Replace("Content-Length: ", "Content-Length: +", StringComparison.Ordinal), null, 400),
        ("POST /RPC2 HTTP/1.1\r\nHost: x\r\n" + _getState.Replace("Content-Length: ", "Content-Length: 0x", StringComparison.Ordinal), null, 400),
        ("POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n" + _getState, null, 400),
        ("POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: 3,3\r\n\r\nabc", null, 400),
        ("POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: 2147483648\r\n\r\n<", null, 413),
        ("POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n<", null, 413),
        ("POST /index.html HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\na=", null, 413),
        ("POST /rpc2 HTTP/1.1\r\nHost: x\r\n" + _getState, 400, 404),
        ("GET /rpc2 HTTP/1.1\r\nHost: x\r\n\r\n", 404, 404),
        ("GET /nope HTTP/1.1\r\nHost: x\r\n\r\n", 404, 404),
        ("GET /../../../../../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", 404, 404),
        ("GET /%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", 404, 404),
        ("GET /..%2f..%2f..%2f..%2f..%2f..%2fetc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", 404, 404),
        ("GET //etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", 404, 404),
        ("GET /images/%00 HTTP/1.1\r\nHost: x\r\n\r\n", null, 400),
        ("GET /logtail/zz HTTP/1.1\r\nHost: x\r\n\r\n", 404, 404),
        ("GET /logtail/cat/bogus HTTP/1.1\r\nHost: x\r\n\r\n", 404, 404),
        ("GET /logtail/multi:* HTTP/1.1\r\nHost: x\r\n\r\n", 404, 404),
        ("GET /logtail/redirected/stderr HTTP/1.1\r\nHost: x\r\n\r\n", 404, 404),
        ("POST /logtail/cat HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx", 400, 400),
        ("GET /logtail/cat HTTP/1.1\r\nHost: x\r\n\r\n", 200, 200),
        ("GET /logtail/multi%3Amulti_00/stderr HTTP/1.1\r\nHost: x\r\n\r\n", 200, 200),
        ("GET /mainlogtail HTTP/1.1\r\nHost: x\r\n\r\n", 200, 200),
        ("HEAD /logtail/cat HTTP/1.1\r\nHost: x\r\n\r\n", 400, 200),
        ("HEAD /RPC2 HTTP/1.1\r\nHost: x\r\n\r\n", 400, 400),
    ];

    /// <summary>The value of Authorization, and the statuses.</summary>
    private static readonly (string Login, int? Theirs, int Ours)[] _logins =
    [
        ("Basic " + Base64("joe:secret"), 200, 200),
        ("bAsIc " + Base64("joe:secret"), 200, 200),
        ("Basic " + Base64("joe:wrong"), 401, 401),
        ("Basic " + Base64("jim:secret"), 401, 401),
        ("Basic " + Base64("joe:secret:more"), 401, 401),
        ("Basic " + Base64("joe:"), 401, 401),
        ("Basic " + Base64(":"), 401, 401),
        ("Basic " + Base64("JOE:secret"), 401, 401),
        ("Basic", 401, 401),
        ("Digest " + Base64("joe:secret"), 401, 401),
        ("", 401, 401),
        ("Basic !!!", null, 400),
        ("Basic " + Base64("joe"), 500, 400),
    ];

    [Theory]
    [MemberData(nameof(Servers.Each), MemberType = typeof(Servers))]
    public void Every_request_has_its_status(Implementation daemon)
    {
        var wrong = new StringBuilder();
        foreach (var (request, theirs, ours) in _requests)
            if ((daemon == Implementation.Ours ? ours : theirs) is { } wanted)
            {
                using var wire = Unix(daemon);
                wire.Send(request);
                var reply = wire.Reply(TimeSpan.FromSeconds(wanted == Nothing ? 1 : 10));
                if (reply.Status != wanted)
                    wrong.AppendLine(CultureInfo.InvariantCulture, $"{request}\n-> {reply.Status} instead of {wanted}: {reply}");
            }
        foreach (var (login, theirs, ours) in _logins)
            if ((daemon == Implementation.Ours ? ours : theirs) is { } wanted)
            {
                using var wire = Inet(daemon);
                wire.Send($"POST /RPC2 HTTP/1.1\r\nHost: x\r\n{(login.Length == 0 ? "" : $"Authorization: {login}\r\n")}{_getState}");
                var reply = wire.Reply(TimeSpan.FromSeconds(10));
                if (reply.Status != wanted)
                    wrong.AppendLine(CultureInfo.InvariantCulture, $"{login}\n-> {reply.Status} instead of {wanted}: {reply}");
            }
        if (wrong.Length > 0)
            throw _controlled!.Daemon.Failure(wrong.ToString());
    }

    [Theory]
    [MemberData(nameof(Servers.Each), MemberType = typeof(Servers))]
    public void A_page_of_an_error_is_Supervisors(Implementation daemon)
    {
        // R-101, R-105, R-130
        using var wire = Unix(daemon);
        wire.Send("GET /nope HTTP/1.1\r\nHost: x\r\n\r\n");
        var missing = wire.Reply(Eventually.Patience);
        Assert.Equal(
            "<head>\r\n<title>Error response</title>\r\n</head>\r\n<body>\r\n<h1>Error response</h1>\r\n<p>Error code 404.\r\n<p>Message: Not Found.\r\n</body>\r\n",
            missing.Body);
        Assert.Equal("HTTP/1.1 404 Not Found", missing.Head.Split("\r\n")[0]);
        Assert.Equal("text/html", missing.Header("Content-Type"));
        using var stranger = Inet(daemon);
        stranger.Send("GET /nope HTTP/1.1\r\nHost: x\r\n\r\n");
        var refused = stranger.Reply(Eventually.Patience);
        Assert.Equal("HTTP/1.1 401 Unauthorized", refused.Head.Split("\r\n")[0]);
        Assert.Equal("Basic realm=\"default\"", refused.Header("WWW-Authenticate"));
        Assert.Equal("close", refused.Header("Connection"));
        Assert.Equal(missing.Body.Replace("404", "401").Replace("Not Found", "Unauthorized"), refused.Body);
    }

    [Theory]
    [MemberData(nameof(Servers.Each), MemberType = typeof(Servers))]
    public void Requests_in_one_packet_and_in_many_are_answered_in_order(Implementation daemon)
    {
        using var wire = Unix(daemon);
        var requests = new[] { "supervisor.getAPIVersion", "supervisor.getIdentification", "system.listMethods", "supervisor.getState" }
            .Select(method => "POST /RPC2 HTTP/1.1\r\nHost: x\r\n" + Call(method)).ToList();
        wire.Send(string.Concat(requests));
        foreach (var part in new[] { "3.0", "<string>supervisor</string>", "system.multicall", "RUNNING" })
            Assert.Contains(part, wire.Reply(Eventually.Patience).Body, StringComparison.Ordinal);
        foreach (var one in requests[1])
            wire.Send(one.ToString());
        Assert.Contains("<string>supervisor</string>", wire.Reply(Eventually.Patience).Body, StringComparison.Ordinal);
        Assert.False(wire.Closed);
    }

    [Theory]
    [MemberData(nameof(Servers.Each), MemberType = typeof(Servers))]
    public void A_connection_ends_or_stays_as_its_version_says(Implementation daemon)
    {
        // R-102
        Assert.True(Ends("POST /RPC2 HTTP/1.0\r\n"));
        Assert.True(Ends("POST /RPC2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"));
        Assert.False(Ends("POST /RPC2 HTTP/1.1\r\nHost: x\r\n"));
        Assert.False(Ends("POST /RPC2 HTTP/1.0\r\nConnection: keep-alive\r\n"));

        bool Ends(string head)
        {
            using var wire = Unix(daemon);
            wire.Send(head + _getState);
            Assert.Equal(200, wire.Reply(Eventually.Patience).Status);
            if (wire.WaitForEnd(TimeSpan.FromSeconds(1)))
                return true;
            wire.Send(head + _getState);
            Assert.Equal(200, wire.Reply(Eventually.Patience).Status);
            return false;
        }
    }

    [Theory]
    [MemberData(nameof(Servers.Each), MemberType = typeof(Servers))]
    public void Supervision_goes_on_while_clients_hang(Implementation daemon)
    {
        var server = Serve(daemon);
        var before = server.Daemon.Pid is var pid ? new ProcessEntry(pid).OpenFiles.Count : 0;
        var clients = new List<Wire>();
        foreach (var start in new[]
        {
            "", "P", "POST /RPC2 HTTP/1.1\r\n", "POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n<methodCall>",
            "GET /mainlogtail HTTP/1.1\r\nHost: x\r\n\r\n", "GET /logtail/cat HTTP/1.1\r\nHost: x\r\n\r\n",
            "POST /RPC2 HTTP/1.1\r\nHost: x\r\n" + Call("supervisor.startProcess", "slow"),
        })
            for (var i = 0; i < 10; i++)
            {
                clients.Add(Unix(daemon));
                clients[^1].Send(start);
            }
        server.Daemon.WaitForLine("spawned: 'slow'");
        server.Daemon.Kill("cat", Signum.SIGKILL);
        server.Daemon.WaitForLine("success: cat entered RUNNING", times: 2);
        Assert.Equal("off: started", Child.Run(Implementation.Ours.PathOf("supervisorctl"), "-c", server.Daemon.PathOf("supervisord.conf"), "start", "off"));
        foreach (var client in clients)
            client.Dispose();
        Child.Run(Implementation.Ours.PathOf("supervisorctl"), "-c", server.Daemon.PathOf("supervisord.conf"), "stop", "slow", "off");
        // There they stay open.
        if (daemon == Implementation.Ours)
            server.Daemon.WaitUntil(() => new ProcessEntry(server.Daemon.Pid).OpenFiles.Count <= before + 2, "their descriptors are closed");
        Assert.Equal(ExitStatus.Exited(0), server.Daemon.Stop());
    }

    /// <summary>As `printf ... | socat - UNIX-CONNECT:s.sock` does.</summary>
    [Theory]
    [MemberData(nameof(Servers.Each), MemberType = typeof(Servers))]
    public void A_client_that_closes_its_writing_half_is_answered(Implementation daemon)
    {
        foreach (var version in new[] { "HTTP/1.0", "HTTP/1.1" })
            for (var round = 0; round < 3; round++)
            {
                Expect("<string>RUNNING</string>", Call("supervisor.getState"));
                Expect("supervisor.startProcess", Call("system.listMethods"));
                Expect("ALREADY_STARTED", Call("supervisor.startProcess", "cat"));
                Expect("<boolean>1</boolean>", Call("supervisor.stopProcess", "cat")); // it has to be waited for
                if (daemon == Implementation.Ours)
                    Expect("<boolean>1</boolean>", Call("supervisor.startProcess", "cat")); // theirs closes the connection
                else
                    Start(Call("supervisor.startProcess", "cat"));
                using var stream = Unix(daemon);
                stream.Send($"GET /logtail/say {version}\r\nHost: x\r\n\r\n");
                stream.CloseWriting();
                Assert.True(stream.WaitForEnd(Eventually.Patience));

                void Start(string request)
                {
                    using var wire = Unix(daemon);
                    wire.Send($"POST /RPC2 {version}\r\nHost: x\r\n{request}");
                    Assert.Equal(200, wire.Reply(Eventually.Patience).Status);
                }

                void Expect(string text, string request)
                {
                    using var wire = Unix(daemon);
                    wire.Send($"POST /RPC2 {version}\r\nHost: x\r\n{request}");
                    wire.CloseWriting();
                    var reply = wire.Reply(Eventually.Patience);
                    Assert.Equal((request, 200), (request, reply.Status));
                    Assert.Contains(text, reply.Body, StringComparison.Ordinal);
                    Assert.True(wire.WaitForEnd(Eventually.Patience));
                }
            }
    }

    [Fact]
    public void Clients_that_are_gone_leave_no_descriptor_behind()
    {
        var server = Serve(Implementation.Ours);
        var before = Descriptors();
        foreach (var half in new[] { false, true })
        {
            using (var wire = Unix(Implementation.Ours))
            {
                wire.Send("POST /RPC2 HTTP/1.1\r\nHost: x\r\n" + Call("supervisor.startProcess", "slow")); // would take a minute
                if (half)
                    wire.CloseWriting();
            }
            server.Daemon.WaitForLine("spawned: 'slow'", half ? 2 : 1);
            using var stop = Unix(Implementation.Ours);
            stop.Send("POST /RPC2 HTTP/1.1\r\nHost: x\r\n" + Call("supervisor.stopProcess", "slow"));
            Assert.Equal(200, stop.Reply(Eventually.Patience).Status);
        }
        foreach (var request in new[]
        {
            "GET /logtail/cat HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /events HTTP/1.1\r\nHost: x\r\n\r\n", "POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n", "GET / HT",
        })
            foreach (var half in new[] { false, true })
                for (var n = 0; n < 5; n++)
                {
                    using var wire = Unix(Implementation.Ours);
                    wire.Send(request);
                    if (half)
                        wire.CloseWriting();
                }
        server.Daemon.WaitUntil(() => Descriptors() <= before, $"{before} descriptors, as before");

        int Descriptors() => Directory.EnumerateFileSystemEntries($"/proc/{server.Daemon.Pid}/fd").Count();
    }

    [Fact]
    public void Bodies_that_are_only_announced_take_no_memory_and_the_end_comes_when_asked_for()
    {
        var server = Serve(Implementation.Ours);
        var before = Peak();
        var clients = new List<Wire>();
        foreach (var length in new[] { 4_000_000L, 4_194_304, 1_000_000_000, 2_000_000_000, 2_147_483_648, 9_000_000_000 })
            for (var n = 0; n < 20; n++)
            {
                clients.Add(Unix(Implementation.Ours));
                clients[^1].Send($"POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n<");
            }
        using (var wire = Unix(Implementation.Ours))
        {
            wire.Send("POST /RPC2 HTTP/1.1\r\nHost: x\r\n" + _getState);
            Assert.Equal(200, wire.Reply(Eventually.Patience).Status);
        }
        Assert.True(Peak() < before + 100_000, $"from {before} to {Peak()} kB");
        Assert.Equal(ExitStatus.Exited(0), server.Daemon.Stop(TimeSpan.FromSeconds(5)));
        clients.ForEach(one => one.Dispose());

        int Peak() => int.Parse(new ProcessEntry(server.Daemon.Pid).Field("VmHWM:").Split(' ')[0], CultureInfo.InvariantCulture);
    }

    [Fact]
    public void The_end_does_not_wait_for_clients_that_hang()
    {
        var server = Serve(Implementation.Ours);
        var clients = new[] { "", "POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n", "GET /mainlogtail HTTP/1.1\r\nHost: x\r\n\r\n" }
            .Select(start =>
            {
                var wire = Unix(Implementation.Ours);
                wire.Send(start);
                return wire;
            }).ToList();
        Assert.Equal(200, clients[2].Reply(Eventually.Patience).Status);
        Assert.Equal(ExitStatus.Exited(0), server.Daemon.Stop(TimeSpan.FromSeconds(5)));
        foreach (var client in clients)
            Assert.True(client.WaitForEnd(Eventually.Patience));
    }

    [Fact]
    public void Floods_are_refused_in_bounded_memory()
    {
        var server = Serve(Implementation.Ours);
        var peak = Peak();
        Assert.Equal(413, Flood("POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n", "x", 100_000_000));
        Assert.Equal(414, Flood("GET /", "x", 10_000_000));
        Assert.Equal(431, Flood("GET / HTTP/1.1\r\nHost: x\r\nX: ", "x", 10_000_000));
        Assert.Equal(431, Flood("GET / HTTP/1.1\r\nHost: x\r\n", "X: y\r\n", 10_000_000));
        Assert.Equal(400, Parse("<methodCall><params><param>" + string.Concat(Enumerable.Repeat("<value><array><data>", 50_000))));
        Assert.Equal(400, Parse("<methodCall><params><param>" + string.Concat(Enumerable.Repeat("<value><struct><member><name>a</name>", 50_000))));
        Assert.Equal(400, Parse("<!DOCTYPE a [<!ENTITY a \"" + new string('a', 100_000) + "\">]><methodCall><methodName>" +
            string.Concat(Enumerable.Repeat("&a;", 100_000)) + "</methodName></methodCall>"));
        Assert.True(Peak() < peak + 60_000, $"from {peak} to {Peak()} kB");
        using var wire = Unix(Implementation.Ours);
        wire.Send("POST /RPC2 HTTP/1.1\r\nHost: x\r\n" + _getState);
        Assert.Equal(200, wire.Reply(Eventually.Patience).Status);

        int Peak() => int.Parse(new ProcessEntry(server.Daemon.Pid).Field("VmHWM:").Split(' ')[0], CultureInfo.InvariantCulture);

        int Flood(string head, string repeated, int size)
        {
            using var flood = Unix(Implementation.Ours);
            flood.Send(head);
            var chunk = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(repeated, 10_000)));
            for (var sent = 0; sent < size && flood.Send(chunk); sent += chunk.Length)
            {
            }
            return flood.Reply(Eventually.Patience).Status;
        }

        int Parse(string body)
        {
            using var wire = Unix(Implementation.Ours);
            wire.Send($"POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: {body.Length}\r\n\r\n{body}");
            return wire.Reply(Eventually.Patience).Status;
        }
    }

    [Fact]
    public void Answers_that_nobody_reads_hold_up_nothing_and_little_memory()
    {
        var server = Serve(Implementation.Ours);
        var log = new string('x', 99) + "\n";
        File.AppendAllText(server.Daemon.PathOf("s.log"), string.Concat(Enumerable.Repeat(log, 120_000)));
        const string call = "<methodCall><methodName>supervisor.readLog</methodName><params><param><value><int>0</int></value></param>" +
            "<param><value><int>0</int></value></param></params></methodCall>";
        var request = $"POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: {call.Length}\r\n\r\n{call}";
        var before = Kilobytes("VmRSS:");
        var clients = Enumerable.Range(0, 20).Select(_ => Unix(Implementation.Ours)).ToList();
        foreach (var client in clients)
            client.Send(request);
        for (var i = 0; i < 50; i++)
        {
            using var wire = Unix(Implementation.Ours);
            wire.Send("POST /RPC2 HTTP/1.1\r\nHost: x\r\n" + _getState);
            Assert.Equal(200, wire.Reply(TimeSpan.FromSeconds(2)).Status);
        }
        Assert.True(Kilobytes("VmHWM:") < before + 250_000, $"from {before} to {Kilobytes("VmHWM:")} kB");
        foreach (var client in clients)
            client.Dispose();
        server.Daemon.WaitUntil(() => Kilobytes("VmRSS:") < before + 40_000, "the memory comes back");

        int Kilobytes(string field) => int.Parse(new ProcessEntry(server.Daemon.Pid).Field(field).Split(' ')[0], CultureInfo.InvariantCulture);
    }

    [Fact]
    public void The_memory_of_many_answers_comes_back_once_it_is_quiet()
    {
        const string programs = "[program:p]\ncommand=/bin/sleep 1000\nautostart=false\nnumprocs=300\nprocess_name=%(program_name)s_%(process_num)d\n";
        _controlled = new Controlled(Start, Implementation.Ours, Implementation.Ours, programs);
        var daemon = _controlled.Daemon;
        var list = $"POST /RPC2 HTTP/1.1\r\nHost: x\r\n{Call("supervisor.getAllProcessInfo")}";
        Ask(list, 5);
        var before = Resident();
        foreach (var request in new[] { list, $"POST /RPC2 HTTP/1.1\r\nHost: x\r\n{Call("supervisor.getAllConfigInfo")}", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" })
        {
            Ask(request, 200);
            // What the server has for two hundred connections it keeps.
            daemon.WaitUntil(() => Resident() < before + 20_000, $"the memory comes back, from {before} kB, after {request.Split('\r')[0]}");
        }

        // All of them have asked before the first of them reads.
        void Ask(string request, int count)
        {
            var clients = Enumerable.Range(0, count).Select(_ => Unix(Implementation.Ours)).ToList();
            foreach (var client in clients)
                client.Send(request);
            foreach (var client in clients)
            {
                Assert.Equal(200, client.Reply(Eventually.Patience).Status);
                client.Dispose();
            }
        }

        int Resident() => int.Parse(new ProcessEntry(daemon.Pid).Field("VmRSS:").Split(' ')[0], CultureInfo.InvariantCulture);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>The rest of a request's head and its body.</summary>
    private static string Call(string method, params string[] parameters)
    {
        var values = string.Concat(parameters.Select(value => $"<param><value><string>{value}</string></value></param>"));
        var body = $"<?xml version='1.0'?><methodCall><methodName>{method}</methodName><params>{values}</params></methodCall>";
        return $"Content-Length: {body.Length}\r\n\r\n{body}";
    }

    private Controlled Serve(Implementation daemon) => _controlled ??= new Controlled(
        Start, daemon, Implementation.Ours, "[program:slow]\ncommand=/bin/sleep 1000\nautostart=false\nstartsecs=60\n");

    private Wire Unix(Implementation daemon) => new(Serve(daemon).Daemon.PathOf("s.sock"));

    private Wire Inet(Implementation daemon) => new(int.Parse(Serve(daemon).Fill("{port}"), CultureInfo.InvariantCulture));
}
