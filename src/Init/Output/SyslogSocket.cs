using System.Globalization;
using System.Text;
using Init.Os;

namespace Init.Output;

/// <summary>
/// The C library's syslog(3) as Supervisor uses it (L-141): one datagram a message, `&lt;14&gt;Nov 21 02:51:20 ident: text`, to whoever
/// listens at /dev/log. Nobody there, or nobody reading: the message is gone, as it is with syslog(3).
/// </summary>
internal sealed class SyslogSocket(string ident, string path = "/dev/log") : IDisposable
{
    private const string Priority = "<14>"; // facility USER, severity INFO, whatever the message's own level

    // Asking for a listener again at every line would cost more than the line.
    private static readonly TimeSpan _betweenAttempts = TimeSpan.FromSeconds(1);

    private static readonly byte[] _separator = ": "u8.ToArray();

    private readonly ByteQueue _message = new();
    private int _fd = -1;
    private TimeSpan _nextAttempt;

    /// <summary>Sends one message: the two parts one after the other.</summary>
    internal void Send(DateTimeOffset time, ReadOnlySpan<byte> text, ReadOnlySpan<byte> prefix = default)
    {
        if (_fd < 0 && !Connect())
            return;
        _message.Clear();
        var header = string.Create(CultureInfo.InvariantCulture, $"{Priority}{time:MMM} {time.Day,2} {time:HH:mm:ss} {ident}");
        _message.Advance(Encoding.UTF8.GetBytes(header, _message.Room(Encoding.UTF8.GetMaxByteCount(header.Length))));
        _message.Append(_separator);
        _message.Append(prefix);
        _message.Append(text);
        // A daemon that was restarted has left us a dead connection: once more on a new one.
        if (!TrySend() && Connect())
            _ = TrySend();
    }

    private bool TrySend()
    {
        try
        {
            _ = Descriptors.Send(_fd, _message.Unread);
            return true;
        }
        catch (SyscallException e) when (e.Errno == Errno.EMSGSIZE)
        {
            return true; // it will not get shorter
        }
        catch (SyscallException)
        {
            Disconnect();
            return false;
        }
    }

    private bool Connect()
    {
        var now = Clock.Now;
        if (now < _nextAttempt)
            return false;
        _fd = GuardedFile.Status(path) is null ? -1 : OutputDescriptors.ConnectDatagram(path);
        if (_fd < 0)
            _nextAttempt = now + _betweenAttempts;
        return _fd >= 0;
    }

    private void Disconnect()
    {
        if (_fd >= 0)
            Descriptors.Close(_fd);
        _fd = -1;
    }

    public void Dispose() => Disconnect();
}
