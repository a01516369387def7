using System.Globalization;
using Init.Config;

namespace Init.Output;

/// <summary>
/// One run's lines on their way to a stream that others write to as well: they reach it whole. What has no room waits here, whole lines
/// first, then the unfinished one. With `block` no more than a chunk waits, because nothing is read meanwhile; with `drop` the oldest
/// lines are given up and counted.
/// </summary>
/// <param name="longestLine">A longer line is cut there: nobody can be made to hold a line without end.</param>
internal sealed class LineSink(SharedStream stream, LineForm form, LogBacklog backlog, int longestLine = LineSink.LongestLine) : RunSink
{
    internal const int LongestLine = 256 * 1024;

    /// <summary>How much of one stream waits with `drop`.</summary>
    internal const int DropLimit = 256 * 1024;

    private readonly ByteQueue _held = new();
    private int _whole; // how much of what is held is whole lines
    private long _dropped; // and not yet told
    private long _allDropped;

    internal override SharedStream Stream => stream;

    internal override bool HasRoom => backlog == LogBacklog.Drop || (_whole == 0 && stream.MakeRoom());

    internal override bool MustQueue => backlog == LogBacklog.Block && stream.HasWaiters;

    internal override long Dropped => _allDropped;

    internal override bool IsHolding => _whole > 0 || _dropped > 0;

    internal override void Take(ReadOnlySpan<byte> chunk, in LineOrigin origin)
    {
        if (!stream.Accepts())
        {
            _held.Clear();
            _whole = 0;
            return;
        }
        if (_whole == 0 && _dropped == 0 && chunk.Length <= longestLine && stream.MakeRoom())
        {
            chunk = FinishHeldLine(chunk, origin);
            if (_held.IsEmpty)
                chunk = chunk[form.Write(stream, chunk[..(chunk.LastIndexOf((byte)'\n') + 1)], origin)..];
        }
        Hold(chunk);
        _ = Advance(atEnd: false, origin);
    }

    /// <summary>Writes the line that the last chunk began, and returns the rest; or leaves both as they are.</summary>
    private ReadOnlySpan<byte> FinishHeldLine(ReadOnlySpan<byte> chunk, scoped in LineOrigin origin)
    {
        var end = chunk.IndexOf((byte)'\n') + 1;
        if (_held.IsEmpty || end == 0 || _held.Length + end - 1 > longestLine)
            return chunk;
        _held.Append(chunk[..end]);
        form.Write(stream, _held.Unread, origin);
        _held.Clear();
        return chunk[end..];
    }

    private void Hold(ReadOnlySpan<byte> chunk)
    {
        while (!chunk.IsEmpty)
        {
            var unfinished = _held.Length - _whole;
            var end = chunk.IndexOf((byte)'\n');
            var length = end < 0 ? chunk.Length : end;
            if (unfinished + length > longestLine)
            {
                var fits = longestLine - unfinished;
                _held.Append(chunk[..fits]);
                _held.Append((byte)'\n');
                _whole = _held.Length;
                chunk = chunk[fits..];
                continue;
            }
            _held.Append(chunk[..(end < 0 ? length : length + 1)]);
            if (end < 0)
                return;
            _whole = _held.Length;
            chunk = chunk[(length + 1)..];
        }
    }

    internal override bool Advance(bool atEnd, in LineOrigin origin)
    {
        if (atEnd && _held.Length > _whole)
        {
            _held.Append((byte)'\n');
            _whole = _held.Length;
        }
        while ((_whole > 0 || _dropped > 0) && stream.MakeRoom())
        {
            SayDropped(origin);
            var count = form.Write(stream, _held.Unread[.._whole], origin);
            _held.Consume(count);
            _whole -= count;
        }
        if (backlog == LogBacklog.Drop && _held.Length > DropLimit && _whole > 0)
            DropOldest();
        return _held.IsEmpty && _dropped == 0;
    }

    private void DropOldest()
    {
        var whole = _held.Unread[.._whole];
        var excess = Math.Min(_held.Length - DropLimit, whole.Length) - 1;
        var count = excess + whole[excess..].IndexOf((byte)'\n') + 1;
        var lines = whole[..count].Count((byte)'\n');
        _dropped += lines;
        _allDropped += lines;
        _held.Consume(count);
        _whole -= count;
    }

    private void SayDropped(in LineOrigin origin)
    {
        if (_dropped == 0)
            return;
        form.WriteNotice(stream, string.Create(CultureInfo.InvariantCulture, $"{_dropped} {(_dropped == 1 ? "line" : "lines")} dropped"), origin);
        _dropped = 0;
    }
}
