using Init.Os;

namespace Init.Output;

/// <summary>
/// `name | line`: who says it before what is said, with the time first if wanted. A carriage return within a line ends it, as a terminal
/// would go on at the line's begin, and a program could write another's name there.
/// </summary>
internal sealed class PrefixedForm : LineForm
{
    private const int Batch = 16 * 1024;
    private const int LinesPerBatch = 200;

    private readonly string _name;
    private readonly bool _timestamps;
    private readonly bool _coloured;
    private readonly PrefixColumn _column;
    private byte[] _prefix = [];
    private int _nameStart; // the time, if any, comes before it
    private int _width = -1;

    internal PrefixedForm(string name, bool timestamps, bool coloured, PrefixColumn column)
    {
        (_name, _timestamps, _coloured, _column) = (VisibleText.OneLine(name), timestamps, coloured, column);
        column.Add(_name);
    }

    internal override int Write(SharedStream stream, ReadOnlySpan<byte> lines, in LineOrigin origin)
    {
        var prefix = Prefix(origin.Time);
        var rest = lines;
        while (!rest.IsEmpty && !stream.IsCrowded)
            rest = rest[WriteSome(stream.Queue, rest, prefix)..];
        return lines.Length - rest.Length;
    }

    /// <summary>One line, and as many more as fit into the room asked for: the queue is asked once for many lines.</summary>
    private static int WriteSome(ByteQueue queue, ReadOnlySpan<byte> lines, ReadOnlySpan<byte> prefix)
    {
        var length = LengthOfNext(lines);
        var room = queue.Room(Math.Max(length, Math.Min(lines.Length, Batch)) + prefix.Length * LinesPerBatch);
        var taken = 0;
        var written = 0;
        while (length > 0 && prefix.Length + length <= room.Length - written)
        {
            prefix.CopyTo(room[written..]);
            lines.Slice(taken, length).CopyTo(room[(written + prefix.Length)..]);
            written += prefix.Length + length;
            room[written - 1] = (byte)'\n';
            taken += length;
            length = LengthOfNext(lines[taken..]);
        }
        queue.Advance(written);
        return taken;
    }

    /// <summary>Of a line with its end, which may be a carriage return without a newline; 0 when there is none.</summary>
    private static int LengthOfNext(ReadOnlySpan<byte> lines)
    {
        var end = lines.IndexOfAny((byte)'\n', (byte)'\r');
        return end >= 0 && lines[end] == '\r' && end + 1 < lines.Length && lines[end + 1] == '\n' ? end + 2 : end + 1;
    }

    internal override void WriteNotice(SharedStream stream, string text, in LineOrigin origin)
    {
        stream.Write(Prefix(origin.Time));
        stream.Write(System.Text.Encoding.UTF8.GetBytes(text + "\n"));
    }

    private ReadOnlySpan<byte> Prefix(DateTimeOffset time)
    {
        if (_width != _column.Width)
            Compose();
        if (!_timestamps)
            return _prefix;
        // Its length depends on whether the zone is UTC, so it is written up against the name.
        Span<byte> text = stackalloc byte[IsoTime.MaxLength];
        var length = IsoTime.Write(text, time);
        var start = _nameStart - length - 1;
        text[..length].CopyTo(_prefix.AsSpan(start));
        _prefix[_nameStart - 1] = (byte)' ';
        return _prefix.AsSpan(start);
    }

    /// <summary>The names' width has changed, or this is the first line.</summary>
    private void Compose()
    {
        _width = _column.Width;
        var name = PosixText.Bytes(_column.Prefix(_name, _coloured));
        _nameStart = _timestamps ? IsoTime.MaxLength + 1 : 0;
        _prefix = new byte[_nameStart + name.Length];
        name.CopyTo(_prefix.AsSpan(_nameStart));
    }
}
