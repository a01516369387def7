using System.Net;
using System.Net.Sockets;
using System.Text;
using Init.Config;
using Init.Os;
using Init.Processes;
using Init.States;
using Init.Unit.Rpc;
using Xunit;

namespace Init.Unit.Processes;

/// <summary>Probes of real sockets and files, by the loop.</summary>
public sealed class ProberTests : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly SupervisorStub _here = new();
    private readonly Prober _prober;
    private readonly Subprocess _process;
    private readonly List<Outcome> _answers = [];

    public ProberTests()
    {
        _prober = new Prober(_here.Loop);
        _process = _here.Add("web", ProcessState.Running);
    }

    public void Dispose() => _here.Dispose();

    private Question Begin(Probe probe, double seconds = 10)
    {
        var question = _prober.Ask(_process, probe, TimeSpan.FromSeconds(seconds), _answers.Add);
        Assert.Empty(_answers); // never before Ask has returned
        return question;
    }

    private string? Ask(Probe probe, double seconds = 10)
    {
        Begin(probe, seconds);
        var deadline = Clock.Now + _patience;
        while (_answers.Count == 0)
        {
            _here.Loop.Turn(deadline);
            Assert.True(Clock.Now < deadline, "no answer came");
        }
        var outcome = Assert.Single(_answers);
        Assert.False(outcome.IsOurs);
        return outcome.Problem;
    }

    private static TcpListener Listen(IPAddress? address = null)
    {
        var listener = new TcpListener(address ?? IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    private static int FreePort()
    {
        using var listener = Listen();
        return PortOf(listener);
    }

    /// <summary>A server that answers every request with this, and tells of the requests.</summary>
    private static readonly List<TcpClient> _clients = [];

    private static (int Port, Task<string> Request, IDisposable Listener) Serve(string answer, bool closes = true)
    {
        var listener = Listen();
        var request = Task.Run(async () =>
        {
            var client = await listener.AcceptTcpClientAsync();
            lock (_clients)
                _clients.Add(client); // or its finalizer would close the connection
            var stream = client.GetStream();
            var buffer = new byte[4096];
            var length = 0;
            while (!Encoding.ASCII.GetString(buffer, 0, length).EndsWith("\r\n\r\n", StringComparison.Ordinal))
                length += await stream.ReadAsync(buffer.AsMemory(length));
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
            if (closes)
                client.Dispose();
            return Encoding.ASCII.GetString(buffer, 0, length);
        });
        return (PortOf(listener), request, listener);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    public void A_port_that_is_listened_at_passes(string host)
    {
        using var listener = Listen();
        Assert.Null(Ask(new Probe.Tcp(host, PortOf(listener))));
    }

    [Fact]
    public void Localhost_is_also_the_one_of_IPv6()
    {
        using var listener = Listen(IPAddress.IPv6Loopback);
        Assert.Null(Ask(new Probe.Tcp("localhost", PortOf(listener))));
    }

    [Fact]
    public void A_port_that_nobody_listens_at_is_refused() => Assert.Equal("connection refused", Ask(new Probe.Tcp("localhost", FreePort())));

    [Fact]
    public void A_name_is_looked_up_beside_the_loop()
    {
        using var listener = Listen(IPAddress.Any);
        Assert.Null(Ask(new Probe.Tcp(Dns.GetHostName(), PortOf(listener))));
    }

    [Fact]
    public void A_name_that_is_nobodys_is_a_reason() => Assert.NotEmpty(Ask(new Probe.Tcp("no-such-host.invalid", 80))!);

    [Fact]
    public void A_connection_to_ourselves_is_none()
    {
        // Bound to the port that it connects to: what chance does once in many thousand tries.
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Connect(socket.LocalEndPoint!);
        Assert.Equal(Errno.ECONNREFUSED, Assert.Throws<SyscallException>(() => StreamSockets.EndConnect((int)socket.Handle)).Errno);
    }

    [Fact]
    public void A_unix_socket_passes_while_it_is_listened_at()
    {
        var path = _here.File("x.sock");
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(path));
            socket.Listen();
            Assert.Null(Ask(new Probe.Unix(path)));
        }
        _answers.Clear();
        File.WriteAllText(_here.File("file"), "");
        Assert.Equal("connection refused", Ask(new Probe.Unix(_here.File("file"))));
    }

    [Fact]
    public void A_unix_socket_that_is_not_there_or_cannot_be_is_a_reason()
    {
        Assert.Equal("no such file or directory", Ask(new Probe.Unix(_here.File("missing"))));
        _answers.Clear();
        Assert.Equal("file name too long", Ask(new Probe.Unix("/" + new string('x', 200))));
    }

    [Fact]
    public void A_full_backlog_is_waited_for()
    {
        var path = _here.File("x.sock");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen(0);
        using var first = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        first.Connect(new UnixDomainSocketEndPoint(path));
        Begin(new Probe.Unix(path));
        _here.Loop.Turn(Clock.Now + TimeSpan.FromMilliseconds(50));
        Assert.Empty(_answers);
        using var accepted = socket.Accept();
        while (_answers.Count == 0)
            _here.Loop.Turn(null);
        Assert.Equal(default, Assert.Single(_answers));
    }

    [Fact]
    public void A_file_passes_when_it_is_there()
    {
        File.WriteAllText(_here.File("ready"), "");
        Assert.Null(Ask(new Probe.File(_here.File("ready"))));
        _answers.Clear();
        Assert.Equal("no such file or directory", Ask(new Probe.File(_here.File("missing"))));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nfine", null)]
    [InlineData("HTTP/1.1 204\r\n\r\n", null)]
    [InlineData("HTTP/1.0 301 Moved\r\nLocation: /x\r\n\r\n", null)]
    [InlineData("HTTP/1.1 399 X\r\n\r\n", null)]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "status 400")]
    [InlineData("HTTP/1.1 503 Service Unavailable\r\n\r\n", "status 503")]
    [InlineData("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", null)]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 500 X\r\n\r\n", "status 500")]
    [InlineData("HTTP/1.1 199 X\r\n\r\n", "closed without an answer")]
    [InlineData("HTTP/1.1 200", null)]
    [InlineData("", "closed without an answer")]
    [InlineData("SSH-2.0-OpenSSH\r\n", "the answer is not HTTP")]
    [InlineData("HTTP/1.1 ok\r\n", "the answer is not HTTP")]
    public void The_status_is_what_counts_of_an_answer(string answer, string? problem)
    {
        var (port, _, listener) = Serve(answer);
        using (listener)
            Assert.Equal(problem, Ask(new Probe.Http("localhost", port, "/")));
    }

    [Fact]
    public void An_endless_line_is_not_read_to_its_end()
    {
        var (port, _, listener) = Serve(new string('x', 2000), closes: false);
        using (listener)
            Assert.Equal("the answer is not HTTP", Ask(new Probe.Http("localhost", port, "/")));
    }

    [Fact]
    public async Task The_request_is_a_plain_GET()
    {
        var (port, request, listener) = Serve("HTTP/1.1 200 OK\r\n\r\n");
        using (listener)
            Assert.Null(Ask(new Probe.Http("127.0.0.1", port, "/up?x=1")));
        Assert.Equal($"GET /up?x=1 HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: init\r\nAccept: */*\r\nConnection: close\r\n\r\n", await request);
        Assert.Contains("\r\nHost: [::1]\r\n", Encoding.ASCII.GetString(HttpExchange.Request(new Probe.Http("::1", 80, "/"))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_may_send_the_rest_of_its_answer()
    {
        using var listener = Listen();
        var server = Task.Run(() =>
        {
            using var client = listener.AcceptSocket();
            client.Receive(new byte[4096]);
            client.Send("HTTP/1.1 200 OK\r\n\r\n"u8);
            for (var part = 0; part < 4; part++)
                client.Send(new byte[32 * 1024]);
            client.Shutdown(SocketShutdown.Send);
            return client.Receive(new byte[1]); // a reset would throw
        });
        Assert.Null(Ask(new Probe.Http("localhost", PortOf(listener), "/")));
        var deadline = Clock.Now + _patience;
        while (!server.IsCompleted && Clock.Now < deadline)
            _here.Loop.Turn(Clock.Now + TimeSpan.FromMilliseconds(10));
        Assert.Equal(0, await server);
    }

    [Fact]
    public void Silence_has_an_end()
    {
        var (port, _, listener) = Serve("", closes: false);
        using (listener)
            Assert.Equal("no answer within 0.5 s", Ask(new Probe.Http("localhost", port, "/"), seconds: 0.5));
    }

    [Fact]
    public void A_command_that_cannot_be_started_is_a_reason() =>
        Assert.Equal("can't find command '/no/such'", Ask(new Probe.Command(new CommandText("/no/such", null))));

    [Theory]
    [InlineData(Errno.EAGAIN, true)]
    [InlineData(Errno.EMFILE, true)]
    [InlineData(Errno.ENFILE, true)]
    [InlineData(Errno.ENOMEM, true)]
    [InlineData(Errno.ENOBUFS, true)]
    [InlineData(Errno.ECONNREFUSED, false)]
    [InlineData(Errno.ENOENT, false)]
    [InlineData(Errno.EACCES, false)]
    public void What_we_lack_ourselves_is_told_from_what_the_program_lacks(int errno, bool isOurs) => Assert.Equal(isOurs, Outcome.Of(errno).IsOurs);

    [Fact]
    public void What_was_abandoned_is_not_answered()
    {
        using var listener = Listen();
        foreach (var probe in new Probe[]
        {
            new Probe.Tcp("localhost", PortOf(listener)), new Probe.Tcp(Dns.GetHostName(), PortOf(listener)), new Probe.File("/"),
            new Probe.Unix(_here.File("missing")), new Probe.Http("localhost", PortOf(listener), "/"),
        })
            Begin(probe, seconds: 0.01).Abandon();
        var until = Clock.Now + TimeSpan.FromMilliseconds(100);
        while (Clock.Now < until)
            _here.Loop.Turn(until);
        Assert.Empty(_answers);
    }
}
