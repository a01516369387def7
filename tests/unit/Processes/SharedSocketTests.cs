using System.Net;
using System.Net.Sockets;
using Init.Config;
using Init.Native;
using Init.Os;
using Init.Processes;
using Init.Unit.Output;
using Xunit;

namespace Init.Unit.Processes;

public sealed class SharedSocketTests : IDisposable
{
    private readonly OutputHarness _output = new(echo: false);
    private readonly object _one = new();
    private readonly object _two = new();

    public void Dispose() => _output.Dispose();

    private string Path => _output.File("f.sock");

    private SharedSocket Unix(Func<FastCgiSocketConfig, FastCgiSocketConfig>? change = null)
    {
        var config = new FastCgiSocketConfig { Section = "fcgi-program:f", Url = "unix://" + Path, Path = Path, Mode = 0b111_000_000 };
        return new(change is null ? config : change(config), _output.Activity);
    }

    private SharedSocket Tcp(string host, int port) => new(
        new FastCgiSocketConfig { Section = "fcgi-program:f", Url = $"tcp://{host}:{port}", Host = host, Port = port }, _output.Activity);

    private string Error(SharedSocket socket)
    {
        var message = Assert.Throws<ConfigException>(() => socket.Hold(_one)).Message;
        var start = $"Could not create FastCGI socket {socket.Url} ([fcgi-program:f] socket): ";
        Assert.StartsWith(start, message);
        socket.Release(_one); // which it does not hold
        return message[start.Length..];
    }

    private IEnumerable<string> Said => _output.ActivityText.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[24..]);

    private static bool IsLive(string path)
    {
        try
        {
            Descriptors.Close(StreamSockets.ConnectUnix(path));
            return true;
        }
        catch (SyscallException e) when (e.Errno is Errno.ECONNREFUSED or Errno.ENOENT)
        {
            return false;
        }
    }

    [Fact] // E-062, E-065, E-070
    public void It_is_open_while_somebody_holds_it()
    {
        var socket = Unix();
        Assert.False(File.Exists(Path));
        var descriptor = socket.Hold(_one);
        Assert.Equal(descriptor, socket.Hold(_two));
        socket.Release(_one);
        Assert.True(IsLive(Path));
        Assert.Equal([$"INFO Creating socket unix://{Path}"], Said);
        socket.Release(_two);
        Assert.False(IsLive(Path));
        Assert.True(File.Exists(Path));
        Assert.Equal([$"INFO Creating socket unix://{Path}", $"INFO Closing socket unix://{Path}"], Said);
        socket.Hold(_one);
        Assert.True(IsLive(Path));
        socket.Release(_one);
    }

    [Fact]
    public void Who_holds_it_twice_releases_it_once()
    {
        var socket = Unix();
        socket.Hold(_one);
        socket.Hold(_one);
        socket.Release(_two);
        Assert.True(IsLive(Path));
        socket.Release(_one);
        Assert.False(IsLive(Path));
        socket.Release(_one);
        Assert.Equal(2, Said.Count());
    }

    [Fact] // E-061
    public void A_trial_leaves_one_that_is_held_open()
    {
        var socket = Unix();
        socket.Try();
        Assert.Equal([$"INFO Creating socket unix://{Path}", $"INFO Closing socket unix://{Path}"], Said);
        socket.Hold(_one);
        socket.Try();
        Assert.True(IsLive(Path));
        Assert.Equal(3, Said.Count());
        socket.Release(_one);
    }

    [Fact] // E-064
    public void It_blocks_and_no_program_gets_it_unasked()
    {
        foreach (var socket in new[] { Unix(), Tcp("127.0.0.1", 0) })
        {
            var descriptor = socket.Hold(_one);
            Assert.Equal(0, Libc.fcntl(descriptor, Libc.F_GETFL, 0) & Libc.O_NONBLOCK);
            Assert.Equal(Libc.FD_CLOEXEC, Libc.fcntl(descriptor, Libc.F_GETFD, 0));
            socket.Release(_one);
        }
    }

    [Theory] // C-246
    [InlineData(0b111_000_000)]
    [InlineData(0b111_111_111)]
    [InlineData(0b000_000_000)]
    public void It_has_its_mode_whatever_the_umask(int mode)
    {
        var socket = Unix(config => config with { Mode = mode });
        socket.Hold(_one);
        Assert.Equal((FileKind.Socket, mode), Descriptors.Stat(Path));
        socket.Release(_one);
    }

    [Fact] // E-065
    public void Another_socket_at_its_path_goes_even_when_it_is_live()
    {
        var other = StreamSockets.ListenUnix(Path, 1);
        var before = GuardedFile.Identity(Path);
        var socket = Unix();
        socket.Hold(_one);
        Assert.NotEqual(before, GuardedFile.Identity(Path));
        socket.Release(_one);
        Descriptors.Close(other);
    }

    [Fact] // unlike E-065
    public void What_is_no_socket_stays()
    {
        File.WriteAllText(Path, "precious");
        Assert.Equal($"{Path} exists and is not a socket", Error(Unix()));
        Assert.Equal("precious", File.ReadAllText(Path));
        File.Delete(Path);
        Directory.CreateDirectory(Path);
        Assert.Equal($"{Path} exists and is not a socket", Error(Unix()));
    }

    [Fact]
    public void A_link_to_nowhere_is_replaced()
    {
        File.CreateSymbolicLink(Path, _output.File("nowhere"));
        var socket = Unix();
        socket.Hold(_one);
        Assert.True(IsLive(Path));
        Assert.Null(new FileInfo(Path).LinkTarget);
        socket.Release(_one);
    }

    [Fact]
    public void What_else_goes_wrong_is_told_as_the_system_tells_it()
    {
        Assert.Equal("[Errno 2] No such file or directory", Error(Unix(config => config with { Path = _output.File("no/f.sock") })));
        Assert.Equal("AF_UNIX path too long", Error(Unix(config => config with { Path = _output.File(new string('x', 108)) })));
        Assert.Equal("[Errno 99] Cannot assign requested address", Error(Tcp("192.0.2.1", 0)));
        Assert.Matches(@"^\[Errno -\d+\] \w", Error(Tcp("no such host", 1)));
    }

    [Fact] // unlike C-243
    public void An_asterisk_is_every_IPv4_address()
    {
        var socket = Tcp("*", 0);
        using var listener = new Socket(new SafeSocketHandle(socket.Hold(_one), ownsHandle: false));
        Assert.Equal(IPAddress.Any, ((IPEndPoint)listener.LocalEndPoint!).Address);
        socket.Release(_one);
    }

    [Fact] // E-068
    public void A_port_that_is_taken_can_be_had_when_it_is_free_again()
    {
        SharedSocket socket;
        using (var other = new TcpListener(IPAddress.Loopback, 0))
        {
            other.Start();
            socket = Tcp("127.0.0.1", ((IPEndPoint)other.LocalEndpoint).Port);
            Assert.Equal("[Errno 98] Address already in use", Error(socket));
        }
        socket.Hold(_one);
        socket.Release(_one);
    }

    [Fact]
    public void Processes_of_one_address_share_it_and_those_without_have_none()
    {
        var sockets = new SharedSockets(_output.Activity);
        var config = new FastCgiSocketConfig { Section = "fcgi-program:f", Url = "unix://" + Path, Path = Path };
        var first = sockets.Of(MachineTestbed.Program(program => program with { Socket = config }));
        Assert.NotNull(first);
        Assert.Same(first, sockets.Of(MachineTestbed.Program(program => program with { Socket = config with { Section = "fcgi-program:g", Backlog = 3 } })));
        Assert.NotSame(first, sockets.Of(MachineTestbed.Program(program => program with { Socket = config with { Url = "unix:///elsewhere" } })));
        Assert.Null(sockets.Of(MachineTestbed.Program(program => program)));
    }
}
