namespace Init.Output;

/// <summary>The last bytes of a stream, in memory. Grows up to its capacity as it is filled, or as long as there is memory.</summary>
internal sealed class OutputRing(int capacity)
{
    private int _capacity = capacity;
    private const int Smallest = 1024;

    private byte[] _bytes = [];
    private int _next; // where the next byte goes; when full, also where the oldest is

    /// <summary>How many bytes are held.</summary>
    internal int Length { get; private set; }

    /// <summary>How often it was cleared.</summary>
    internal int Clears { get; private set; }

    /// <summary>How many bytes have come in since the beginning or the last clear.</summary>
    internal long Total { get; private set; }

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        Total += bytes.Length;
        if (Length + (long)bytes.Length > _bytes.Length && _bytes.Length < _capacity)
            Grow(Length + (long)bytes.Length);
        if (bytes.Length > _capacity)
            bytes = bytes[^_capacity..];
        if (bytes.IsEmpty)
            return; // always so without a capacity: then it holds no memory either
        var first = Math.Min(bytes.Length, _bytes.Length - _next);
        bytes[..first].CopyTo(_bytes.AsSpan(_next));
        bytes[first..].CopyTo(_bytes);
        _next = (_next + bytes.Length) % _bytes.Length;
        Length = Math.Min(Length + bytes.Length, _bytes.Length);
    }

    /// <summary>Until the ring has its full size it never wraps, so what it holds begins at 0.</summary>
    private void Grow(long needed)
    {
        try
        {
            Array.Resize(ref _bytes, (int)Math.Min(_capacity, Math.Max(Math.Max(needed, Smallest), 2L * _bytes.Length)));
            _next = Length % _bytes.Length;
        }
        catch (OutOfMemoryException)
        {
            // What is kept is for those who look; the program's output goes where it goes.
            _capacity = _bytes.Length;
            _next = _capacity == 0 ? 0 : Length % _capacity;
        }
    }

    /// <summary>The last bytes, at most so many, oldest first.</summary>
    internal byte[] Last(int count)
    {
        count = Math.Min(count, Length);
        var result = new byte[count];
        if (count == 0)
            return result;
        var start = (_next - count + _bytes.Length) % _bytes.Length;
        var first = Math.Min(count, _bytes.Length - start);
        _bytes.AsSpan(start, first).CopyTo(result);
        _bytes.AsSpan(0, count - first).CopyTo(result.AsSpan(first));
        return result;
    }

    internal void Clear()
    {
        _bytes = [];
        _next = Length = 0;
        Total = 0;
        Clears++;
    }
}
