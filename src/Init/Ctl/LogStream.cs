using System.Globalization;
using System.Text;
using Init.Os;

namespace Init.Ctl;

/// <summary>A log that the daemon sends as it grows: /logtail/NAME/CHANNEL or /mainlogtail.</summary>
internal sealed class LogStream : IDisposable
{
    private readonly Connection _connection;
    private readonly bool _isChunked;

    private LogStream(Connection connection, HttpHead head)
    {
        _connection = connection;
        _isChunked = head.Chunked;
    }

    internal int Descriptor => _connection.Reader.Descriptor;

    internal bool HasBuffered => _connection.Reader.HasBuffered;

    /// <summary>null when it cannot be had, which has been said on stderr (T-078).</summary>
    internal static LogStream? Open(Session session, string path)
    {
        Connection? connection = null;
        try
        {
            connection = new Connection(session.Url, session.Waiting);
            connection.Get(session.Url.Authority, Escape(path), session.StreamAuthorization);
            var head = connection.Reader.ReadHead();
            if (head.Status == 200)
                return new LogStream(connection, head);
            Complain(string.Create(CultureInfo.InvariantCulture, $"{session.Url.Text}{path} Cannot read, status code {head.Status}"));
        }
        catch (Exception e) when (e is CallException or SyscallException or NameLookupException && CallException.Describe(e) is not null)
        {
            var description = CallException.Describe(e)!;
            var comma = description.IndexOf(", ", StringComparison.Ordinal);
            Complain($"{session.Url.Text}{path} Cannot connect, error: {description[..comma]} ({description[(comma + 2)..]})");
        }
        connection?.Dispose();
        return null;

        void Complain(string line)
        {
            session.Output.Flush();
            Descriptors.WriteAll(2, PosixText.Bytes(VisibleText.OneLine(line) + "\n"));
        }
    }

    /// <summary>What comes next, valid until the next call; empty at the end. Any byte is passed on as it is.</summary>
    internal ReadOnlySpan<byte> Read()
    {
        try
        {
            return _isChunked ? _connection.Reader.ReadChunk() : _connection.Reader.TakeAvailable();
        }
        catch (Exception e) when (e is CallException or SyscallException)
        {
            return []; // the daemon has gone, perhaps in the middle of a chunk
        }
    }

    public void Dispose() => _connection.Dispose();

    /// <summary>What may not stand in a request line; Supervisor decodes it .</summary>
    private static string Escape(string path)
    {
        var text = new StringBuilder();
        foreach (var b in PosixText.Bytes(path))
            if (b is > (byte)' ' and < 0x7f)
                text.Append((char)b);
            else
                text.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        return text.ToString();
    }
}
