using System.Net.Sockets;
using System.Text;
using Init.Os;
using Xunit;

namespace Init.Unit.Os;

public sealed class NotifySocketTests : IDisposable
{
    private readonly NotifySocket _socket = new();
    private readonly Socket _sender = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly byte[] _buffer = new byte[64];

    private void Send(string message) =>
        _sender.SendTo(Encoding.UTF8.GetBytes(message), new UnixDomainSocketEndPoint("\0" + _socket.Name[1..]));

    [Fact]
    public void A_message_comes_with_the_pid_of_its_sender()
    {
        Assert.StartsWith("@", _socket.Name, StringComparison.Ordinal);
        Send("READY=1");
        Send("STATUS=x");
        Assert.Equal(7, _socket.Receive(_buffer, out var sender));
        Assert.Equal("READY=1"u8.ToArray(), _buffer[..7]);
        Assert.Equal(Environment.ProcessId, sender);
        Assert.Equal(8, _socket.Receive(_buffer, out _));
        Assert.Null(_socket.Receive(_buffer, out _));
    }

    [Fact]
    public void One_that_is_too_long_is_told_apart_and_the_next_is_whole()
    {
        Send(new string('x', 65));
        Send("READY=1");
        Assert.Equal(-1, _socket.Receive(_buffer, out _));
        Assert.Equal(7, _socket.Receive(_buffer, out _));
    }

    [Fact]
    public void Each_has_a_name_of_its_own()
    {
        using var other = new NotifySocket();
        Assert.NotEqual(_socket.Name, other.Name);
    }

    public void Dispose()
    {
        _sender.Dispose();
        _socket.Dispose();
    }
}
