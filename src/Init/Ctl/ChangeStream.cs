using Init.Os;

namespace Init.Ctl;

/// <summary>Init's `/events`, of which only matters here that processes have changed.</summary>
internal sealed class ChangeStream : IDisposable
{
    private const int Longest = 32; // of a line that says something

    private readonly Connection _connection;
    private readonly bool _isChunked;
    private readonly byte[] _line = new byte[Longest];
    private int _length;

    private ChangeStream(Connection connection, bool isChunked) => (_connection, _isChunked) = (connection, isChunked);

    internal int Descriptor => _connection.Reader.Descriptor;

    internal bool HasBuffered => _connection.Reader.HasBuffered;

    /// <summary>Null when this daemon has no such stream, or not for us.</summary>
    internal static ChangeStream? Open(Session session)
    {
        var connection = new Connection(session.Url, session.Waiting);
        try
        {
            connection.Get(session.Url.Authority, "/events", session.StreamAuthorization);
            if (connection.Reader.ReadHead() is { Status: 200 } head)
                return new ChangeStream(connection, head.Chunked);
        }
        catch (Exception e) when (e is CallException or SyscallException)
        {
            // It is asked otherwise, and that will tell.
        }
        catch
        {
            connection.Dispose();
            throw;
        }
        connection.Dispose();
        return null;
    }

    /// <summary>Takes what has come. Whether that tells of a change; null when the stream has ended.</summary>
    internal bool? Read()
    {
        ReadOnlySpan<byte> bytes;
        try
        {
            bytes = _isChunked ? _connection.Reader.ReadChunk() : _connection.Reader.TakeAvailable();
        }
        catch (Exception e) when (e is CallException or SyscallException)
        {
            return null; // in the middle of a chunk
        }
        return bytes.IsEmpty ? null : HasChange(bytes);
    }

    private bool HasChange(ReadOnlySpan<byte> bytes)
    {
        var found = false;
        foreach (var b in bytes)
            if (b == (byte)'\n')
            {
                found |= _line.AsSpan(0, _length).SequenceEqual("event: processes"u8);
                _length = 0;
            }
            else if (_length < Longest)
                _line[_length++] = b;
        return found;
    }

    public void Dispose() => _connection.Dispose();
}
