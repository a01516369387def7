using System.Net;
using System.Net.Sockets;
using Init.Config;
using Init.Http;
using Init.Os;
using Xunit;

namespace Init.Unit.Http;

public sealed class ServerSocketTests : IDisposable
{
    private const string InUse = "Another program is already listening on a port that one of our HTTP servers is configured to use.  "
        + "Shut this program down first before starting supervisord.";

    private readonly ScratchDirectory _here = new();
    private readonly List<string> _said = [];

    public void Dispose() => _here.Dispose();

    private string Path => _here["sock"];

    private ServerSocket Open(string path, int mode = 0x1C0) =>
        ServerSocket.Open(new HttpServerConfig { Section = "unix_http_server", Path = path, Chmod = mode }, _said.Add);

    private static HttpServerConfig Inet(string host, int port) => new() { Section = "inet_http_server", Host = host, Port = port };

    private string Error(string path) => Assert.Throws<ConfigException>(() => Open(path)).Message;

    private static bool IsLive(string path)
    {
        try
        {
            Descriptors.Close(StreamSockets.ConnectUnix(path));
            return true;
        }
        catch (SyscallException)
        {
            return false;
        }
    }

    private static int Port(int fd)
    {
        using var socket = new Socket(new SafeSocketHandle(fd, ownsHandle: false));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    [Theory] // C-174
    [InlineData(0b111_000_000)]
    [InlineData(0b111_111_111)]
    [InlineData(0b000_000_000)]
    public void It_has_its_mode_whatever_the_umask(int mode)
    {
        using var socket = Open(Path, mode);
        Assert.Equal((FileKind.Socket, mode), Descriptors.Stat(Path));
        Assert.Empty(_said);
    }

    [Fact]
    public void It_listens_and_leaves_no_other_name_behind()
    {
        using var socket = Open(Path);
        Assert.True(IsLive(Path));
        Assert.Equal(["sock"], _here.Names);
    }

    [Fact] // it had our pid in a life before
    public void What_was_left_under_the_other_name_is_no_trouble()
    {
        File.WriteAllText($"{Path}.{Children.OwnPid}", "");
        using var socket = Open(Path);
        Assert.True(IsLive(Path));
        Assert.Equal(["sock"], _here.Names);
    }

    [Fact]
    public void A_stale_socket_is_taken_over_and_said()
    {
        Descriptors.Close(StreamSockets.ListenUnix(Path, 1));
        Assert.True(File.Exists(Path));
        using var socket = Open(Path);
        Assert.Equal([$"Unlinking stale socket {Path}\n"], _said);
        Assert.True(IsLive(Path));
    }

    [Fact] // C-182
    public void A_live_socket_is_left_alone()
    {
        using var other = Open(Path);
        Assert.Equal(InUse, Error(Path));
        Assert.True(IsLive(Path));
        Assert.Empty(_said);
        Assert.Equal(["sock"], _here.Names);
    }

    [Fact]
    public void A_live_socket_of_another_kind_is_left_alone()
    {
        using var other = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        other.Bind(new UnixDomainSocketEndPoint(Path));
        Assert.Equal("Cannot open an HTTP server: socket.error reported errno.91 (91)", Error(Path)); // EPROTOTYPE
        Assert.Empty(_said);
        Assert.Equal(["sock"], _here.Names);
    }

    [Fact] // unlike R-137, which deletes it
    public void A_regular_file_is_kept()
    {
        File.WriteAllText(Path, "precious");
        Assert.Equal($"Cannot open an HTTP server: {Path} exists and is not a socket", Error(Path));
        Assert.Equal("precious", File.ReadAllText(Path));
        Assert.Equal(["sock"], _here.Names);
    }

    [Fact] // unlike C-173
    public void A_directory_is_refused()
    {
        Directory.CreateDirectory(Path);
        Assert.Equal($"Cannot open an HTTP server: {Path} exists and is not a socket", Error(Path));
        Assert.Equal(["sock"], _here.Names);
    }

    [Fact]
    public void A_link_to_nowhere_is_replaced()
    {
        File.CreateSymbolicLink(Path, _here["nowhere"]);
        using var socket = Open(Path);
        Assert.True(IsLive(Path));
        Assert.Null(new FileInfo(Path).LinkTarget);
    }

    [Fact]
    public void The_longest_path_is_that_of_the_other_name()
    {
        var longest = $"{_here.Path}/".PadRight(107 - $".{Children.OwnPid}".Length, 'x');
        using (Open(longest))
            Assert.True(IsLive(longest));
        Assert.Equal("Cannot open an HTTP server: socket.error reported AF_UNIX path too long", Error(longest + "x"));
        Assert.Empty(_here.Names);
    }

    [Fact] // C-183
    public void A_missing_directory_is_said_in_Supervisor_s_words() =>
        Assert.Equal("Cannot open an HTTP server: socket.error reported errno.ENOENT (2)", Error(_here["no/sock"]));

    [Fact]
    public void Disposed_of_it_is_closed_and_gone()
    {
        Open(Path).Dispose();
        Assert.Empty(_here.Names);
    }

    [Fact]
    public void A_successor_at_its_path_is_not_removed()
    {
        var first = Open(Path);
        File.Delete(Path);
        using (Open(Path))
        {
            first.Dispose();
            Assert.True(IsLive(Path));
        }
        Assert.Empty(_here.Names);
    }

    [Fact]
    public void Disposed_of_without_its_file_it_does_not_complain()
    {
        var socket = Open(Path);
        File.Delete(Path);
        socket.Dispose();
    }

    [Fact]
    public void All_are_opened_or_none()
    {
        File.WriteAllText(_here["file"], "");
        HttpServerConfig Unix(string name) => new() { Section = "unix_http_server", Path = _here[name], Chmod = 0x1C0 };
        Assert.Throws<ConfigException>(() => ServerSockets.Open([Unix("one"), Unix("two"), Unix("file")], _said.Add));
        Assert.Equal(["file"], _here.Names);
        using (ServerSockets.Open([Unix("one"), Unix("two")], _said.Add))
            Assert.Equal(["file", "one", "two"], _here.Names);
        Assert.Equal(["file"], _here.Names);
    }

    [Fact]
    public void One_who_listens_but_does_not_accept_is_not_waited_for()
    {
        var descriptor = StreamSockets.ListenUnix(_here["full"], backlog: 0);
        var clients = new List<int>();
        try
        {
            while (true)
                clients.Add(StreamSockets.ConnectUnix(_here["full"], wait: false));
        }
        catch (SyscallException e) when (e.Errno == Errno.EAGAIN)
        {
            Assert.Throws<ConfigException>(() => Open(_here["full"]));
        }
        finally
        {
            foreach (var fd in clients.Append(descriptor))
                Descriptors.Close(fd);
        }
        Assert.Equal(["full"], _here.Names);
    }

    [Fact] // C-182
    public void A_port_that_is_taken_is_refused()
    {
        using var first = ServerSocket.Open(Inet("127.0.0.1", 0), _said.Add);
        Assert.Equal(InUse, Assert.Throws<ConfigException>(() => ServerSocket.Open(Inet("127.0.0.1", Port(first.Descriptor)), _said.Add)).Message);
    }

    [Theory]
    [InlineData("", "127.0.0.1")]
    [InlineData("127.0.0.1", "127.0.0.1")]
    public void A_port_listens_at_its_host_or_at_all_of_them(string host, string reached)
    {
        using var socket = ServerSocket.Open(Inet(host, 0), _said.Add);
        Descriptors.Close(StreamSockets.ConnectInet(reached, Port(socket.Descriptor)));
    }

    [Fact] // or the port of a daemon that was restarted is taken for a minute
    public async Task A_port_can_be_had_again_at_once()
    {
        int port;
        using (var first = ServerSocket.Open(Inet("127.0.0.1", 0), _said.Add))
        {
            port = Port(first.Descriptor);
            // Closed by the server first, a connection stays in TIME_WAIT there.
            using var client = new TcpClient("127.0.0.1", port);
            using var listener = new Socket(new SafeSocketHandle(first.Descriptor, ownsHandle: false));
            using var server = await listener.AcceptAsync();
            server.Close();
        }
        ServerSocket.Open(Inet("127.0.0.1", port), _said.Add).Dispose();
    }

    [Fact] // C-183
    public void An_address_that_is_not_ours_is_said_in_Supervisor_s_words() => Assert.Equal(
        "Cannot open an HTTP server: socket.error reported errno.EADDRNOTAVAIL (99)",
        Assert.Throws<ConfigException>(() => ServerSocket.Open(Inet("192.0.2.1", 0), _said.Add)).Message);
}
