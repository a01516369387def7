using System.Globalization;
using System.Text;

namespace Init.Ctl;

/// <summary>What a response says before its body. A body of unknown length ends with the connection.</summary>
internal sealed record HttpHead(int Status, string Reason, bool Chunked, long? Length, bool KeepAlive);

/// <summary>
/// Reads HTTP/1.1 responses from one connection:
/// <code>
/// head    = "HTTP/1." digit SP status [ SP reason ] CRLF { name ":" value CRLF } CRLF
/// chunked = { hex-size [ ";" ... ] CRLF bytes CRLF } "0" CRLF { trailer CRLF } CRLF
/// </code>
/// </summary>
internal sealed class HttpReader(int descriptor, Waiting waiting)
{
    private const int LineLimit = 65536;

    /// <summary>Of a response's headers together, in bytes.</summary>
    private const int HeadLimit = 256 * 1024;

    /// <summary>Of a body, or a chunk, in bytes: the largest answer of a supervisord is a log.</summary>
    private const int BodyLimit = 256 * 1024 * 1024;

    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    internal int Descriptor => descriptor;

    /// <summary>Whether bytes have been received that no call has taken yet: poll does not know of them.</summary>
    internal bool HasBuffered => _start < _end;

    /// <exception cref="CallException">The connection ended before a response, or sent none.</exception>
    internal HttpHead ReadHead()
    {
        if (!HasBuffered && !Fill())
            throw new CallException("http.client.RemoteDisconnected", "Remote end closed connection without response");
        var line = ReadLine();
        if (!line.StartsWith("HTTP/", StringComparison.Ordinal) || line.Split(' ', 3) is not [var version, var code, .. var reason]
            || !int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var status))
            throw new CallException("http.client.BadStatusLine", line);
        var (chunked, length, keepAlive) = (false, (long?)null, version == "HTTP/1.1");
        for (var left = HeadLimit; ReadLine() is { Length: > 0 } header;)
        {
            if ((left -= header.Length + 2) < 0)
                throw new CallException("http.client.HTTPException", "got more header bytes than any server has to send");
            var colon = header.IndexOf(':');
            if (colon < 0) continue;
            var value = header[(colon + 1)..].Trim();
            switch (header[..colon].ToLowerInvariant())
            {
                case "transfer-encoding": chunked = value.Equals("chunked", StringComparison.OrdinalIgnoreCase); break;
                case "content-length" when long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number): length = number; break;
                case "connection": keepAlive = value.Equals("keep-alive", StringComparison.OrdinalIgnoreCase) || (keepAlive && !value.Equals("close", StringComparison.OrdinalIgnoreCase)); break;
            }
        }
        return new HttpHead(status, reason is [var text] ? text : "", chunked, length, keepAlive);
    }

    /// <summary>The whole body, valid until the next call.</summary>
    internal ReadOnlySpan<byte> ReadBody(HttpHead head)
    {
        if (head is { Chunked: false, Length: { } length })
            return Take(length);
        var body = new MemoryStream();
        if (head.Chunked)
            while (ReadChunk() is { Length: > 0 } chunk)
                Add(body, chunk);
        else
            for (; HasBuffered || Fill(); _start = _end)
                Add(body, _buffer.AsSpan(_start, _end - _start));
        return body.GetBuffer().AsSpan(0, (int)body.Length);
    }

    private static void Add(MemoryStream body, ReadOnlySpan<byte> part)
    {
        if (body.Length + part.Length > BodyLimit)
            throw TooLarge();
        body.Write(part);
    }

    private static CallException TooLarge() => new("http.client.HTTPException", $"the answer is larger than {BodyLimit} bytes");

    /// <summary>The next chunk, valid until the next call; empty at the end.</summary>
    internal ReadOnlySpan<byte> ReadChunk()
    {
        var line = ReadLine();
        var size = line.AsSpan(0, line.IndexOf(';') is >= 0 and var semicolon ? semicolon : line.Length).Trim();
        if (!int.TryParse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var length) || length < 0)
            throw new CallException("http.client.IncompleteRead", "a chunk without its size");
        if (length > 0)
            return Take(length + 2L)[..^2]; // with its CRLF: what is buffered then is another chunk, which a waiting fg relies on
        while (ReadLine().Length > 0)
        {
            // Trailers say nothing to us.
        }
        return [];
    }

    /// <summary>What has been received, at least one byte unless the connection has ended.</summary>
    internal ReadOnlySpan<byte> TakeAvailable()
    {
        if (!HasBuffered)
            Fill();
        var bytes = _buffer.AsSpan(_start, _end - _start);
        _start = _end;
        return bytes;
    }

    /// <summary>So many bytes, for which room is made as they come: a length that is only announced costs nothing.</summary>
    private ReadOnlySpan<byte> Take(long length)
    {
        if (length > BodyLimit)
            throw TooLarge();
        var count = (int)length;
        while (_end - _start < count)
            if (!Fill())
                throw new CallException("http.client.IncompleteRead", $"IncompleteRead({_end - _start} bytes read, {count - (_end - _start)} more expected)");
        _start += count;
        return _buffer.AsSpan(_start - count, count);
    }

    private string ReadLine()
    {
        int length;
        for (var seen = 0; (length = _buffer.AsSpan(_start + seen, _end - _start - seen).IndexOf((byte)'\n')) < 0;)
        {
            seen = _end - _start;
            if (seen > LineLimit || !Fill())
                throw new CallException("http.client.IncompleteRead", "a line without its end");
        }
        length = _buffer.AsSpan(_start).IndexOf((byte)'\n');
        var line = Encoding.Latin1.GetString(_buffer.AsSpan(_start, length)).TrimEnd('\r');
        _start += length + 1;
        return line;
    }

    private bool Fill()
    {
        if (_start == _end)
            (_start, _end) = (0, 0);
        if (_end == _buffer.Length && _start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var count = waiting.Read(descriptor, _buffer.AsSpan(_end));
        _end += count;
        return count > 0;
    }
}
