using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Init.Integration.Control;

/// <summary>One reply as it came: everything up to its last byte, or up to where it stopped coming.</summary>
internal sealed record WireReply(string Head, string Body)
{
    /// <summary>0 when there was none.</summary>
    public int Status => Head.Length > 12 && Head.StartsWith("HTTP/", StringComparison.Ordinal) ? int.Parse(Head.AsSpan(9, 3), CultureInfo.InvariantCulture) : 0;

    public string Header(string name) =>
        Head.Split("\r\n").FirstOrDefault(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))?[(name.Length + 2)..] ?? "";
}

/// <summary>A connection over which a test sends what it likes, byte by byte.</summary>
internal sealed partial class Wire : IDisposable
{
    private readonly Socket _socket;
    private readonly StringBuilder _received = new();

    public Wire(string path)
    {
        _socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _socket.Connect(new UnixDomainSocketEndPoint(path));
    }

    public Wire(int port)
    {
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _socket.Connect("127.0.0.1", port);
    }

    /// <summary>Whether the other side has closed, everything that it sent being read.</summary>
    public bool Closed { get; private set; }

    public void Send(string text) => Send(Encoding.UTF8.GetBytes(text));

    /// <summary>False once the other side takes no more.</summary>
    public bool Send(byte[] bytes)
    {
        try
        {
            _socket.SendTimeout = 20_000;
            _socket.Send(bytes);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void CloseWriting() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>The next reply, a 100 left out; what has come of it when the other side closes or stays silent.</summary>
    public WireReply Reply(TimeSpan patience)
    {
        var deadline = DateTime.UtcNow + patience;
        while (true)
        {
            var text = _received.ToString();
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            var length = end < 0 ? -1 : text.StartsWith("HTTP/1.1 100", StringComparison.Ordinal) ? 0
                : ContentLength().Match(text[..(end + 2)]) is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
                : text[..end].Contains("chunked", StringComparison.OrdinalIgnoreCase) ? 0 : -1;
            if (length >= 0 && text.Length >= end + 4 + length)
            {
                _received.Remove(0, end + 4 + length);
                if (!text.StartsWith("HTTP/1.1 100", StringComparison.Ordinal))
                    return new WireReply(text[..end], text.Substring(end + 4, length));
            }
            else if (Closed || !Receive(deadline - DateTime.UtcNow))
                return end < 0 ? new WireReply(text, "") : new WireReply(text[..end], text[(end + 4)..]);
        }
    }

    /// <summary>Whether the other side closes.</summary>
    public bool WaitForEnd(TimeSpan patience)
    {
        var deadline = DateTime.UtcNow + patience;
        while (!Closed && Receive(deadline - DateTime.UtcNow))
        {
        }
        return Closed;
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Takes some more; false when none came in time.</summary>
    private bool Receive(TimeSpan patience)
    {
        var buffer = new byte[65536];
        try
        {
            _socket.ReceiveTimeout = Math.Max(1, (int)patience.TotalMilliseconds);
            var count = _socket.Receive(buffer);
            _received.Append(Encoding.Latin1.GetString(buffer, 0, count));
            Closed = count == 0;
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            return false;
        }
        catch (SocketException)
        {
            Closed = true;
            return true;
        }
    }

    [GeneratedRegex(@"^content-length: *(\d+)\r$", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex ContentLength();
}
