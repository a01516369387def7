using Init.Os;

namespace Init.Output;

/// <summary>
/// One run's lines as syslog messages `name line` (L-142). A line split over two reads is one message, where Supervisor sends two;
/// empty lines at a chunk's end are no messages, as there.
/// </summary>
internal sealed class SyslogLines(string program, Outlets outlets)
{
    /// <summary>What the usual daemons accept; a longer line becomes several messages.</summary>
    private const int LongestMessage = 8 * 1024;

    private readonly byte[] _prefix = [.. PosixText.Bytes(program), (byte)' '];
    private readonly ByteQueue _unfinished = new();

    internal void Take(ReadOnlySpan<byte> chunk, DateTimeOffset time)
    {
        var trailing = chunk.Length - chunk.TrimEnd((byte)'\n').Length;
        chunk = chunk[..^Math.Max(trailing - 1, 0)];
        while (chunk.IndexOf((byte)'\n') is >= 0 and var end)
        {
            Hold(chunk[..end], time);
            Send(time);
            chunk = chunk[(end + 1)..];
        }
        Hold(chunk, time);
    }

    private void Hold(ReadOnlySpan<byte> part, DateTimeOffset time)
    {
        while (_unfinished.Length + part.Length > LongestMessage)
        {
            var fits = LongestMessage - _unfinished.Length;
            _unfinished.Append(part[..fits]);
            part = part[fits..];
            Send(time);
        }
        _unfinished.Append(part);
    }

    internal void End(DateTimeOffset time)
    {
        if (!_unfinished.IsEmpty)
            Send(time);
    }

    private void Send(DateTimeOffset time)
    {
        outlets.Syslog.Send(time, _unfinished.Unread, _prefix);
        _unfinished.Clear();
    }
}
