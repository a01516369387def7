namespace Init.Output;

/// <summary>Bytes that wait: appended at the end, consumed from the front. Grows as needed and gives large memory back once empty.</summary>
/// <param name="kept">How much memory an empty queue keeps for its next use, so that a steady flow allocates nothing.</param>
internal sealed class ByteQueue(int kept = 16 * 1024)
{
    private const int Smallest = 256;

    private byte[] _bytes = [];
    private int _start;
    private int _end;

    internal int Length => _end - _start;

    internal bool IsEmpty => _end == _start;

    internal ReadOnlySpan<byte> Unread => _bytes.AsSpan(_start, _end - _start);

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _end += bytes.Length;
    }

    internal void Append(byte value)
    {
        Room(1)[0] = value;
        _end++;
    }

    /// <summary>At least so many bytes to write into; <see cref="Advance"/> then says how many were.</summary>
    internal Span<byte> Room(int count)
    {
        if (_bytes.Length - _end < count)
            MakeRoom(count);
        return _bytes.AsSpan(_end);
    }

    internal void Advance(int count) => _end += count;

    internal void Consume(int count)
    {
        _start += count;
        if (_start == _end)
            Clear();
    }

    internal void Clear()
    {
        _start = _end = 0;
        if (_bytes.Length > kept)
            _bytes = [];
    }

    /// <summary>Gives the memory back, if nothing waits.</summary>
    internal void Trim()
    {
        if (IsEmpty && _bytes.Length > 0)
            _bytes = [];
    }

    private void MakeRoom(int count)
    {
        var length = Length;
        // Moving to the front is cheap while enough is free; otherwise doubling keeps the cost of a byte constant.
        if (length + count <= _bytes.Length && length <= _bytes.Length / 4 * 3)
        {
            Unread.CopyTo(_bytes);
        }
        else
        {
            var grown = GC.AllocateUninitializedArray<byte>(Math.Max(Smallest, Math.Max(_bytes.Length * 2, length + count)));
            Unread.CopyTo(grown);
            _bytes = grown;
        }
        _start = 0;
        _end = length;
    }
}
