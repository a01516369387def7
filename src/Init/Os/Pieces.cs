using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Init.Os;

/// <summary>Thrown when more is written than may be.</summary>
internal sealed class TooManyBytesException(int most) : Exception($"more than {most} bytes")
{
    internal int Most => most;
}

/// <summary>
/// Bytes that are written one after the other, and never moved: a small array that grows up to the size of a piece, then pieces. They are
/// used again once released; what is handed over to another one is not copied.
/// </summary>
internal class Pieces : IBufferWriter<byte>
{
    /// <summary>Small enough not to be one of the collector's large objects, which it neither moves nor soon gives back.</summary>
    internal const int Size = 64 * 1024;

    private const int Smallest = 1024;

    private static readonly int _mostKept = MemoryShare.Of(8, 32 * 1024 * 1024) / Size;
    private static readonly ConcurrentBag<byte[]> _kept = [];

    private readonly List<(byte[] Bytes, int Used)> _full = [];
    private byte[] _current = new byte[Smallest];
    private int _used;
    private int _before;

    /// <param name="most">How many bytes there may be.</param>
    internal Pieces(int most = int.MaxValue) => Most = most;

    internal int Most { get; }

    internal int Length => _before + _used;

    internal int Count => _full.Count + 1;

    internal ReadOnlyMemory<byte> this[int index] => index == _full.Count ? _current.AsMemory(0, _used) : _full[index].Bytes.AsMemory(0, _full[index].Used);

    /// <summary>All of it; copied when it has several pieces.</summary>
    internal ReadOnlySpan<byte> Written
    {
        get
        {
            if (_full.Count == 0)
                return _current.AsSpan(0, _used);
            var whole = new byte[Length];
            for (int n = 0, at = 0; n < Count; at += this[n].Length, n++)
                this[n].CopyTo(whole.AsMemory(at));
            return whole;
        }
    }

    /// <summary>Lets go of the memory that is kept for later.</summary>
    internal static void Trim() => _kept.Clear();

    internal void Clear() => Truncate(0);

    /// <summary>Takes back what was written after that length.</summary>
    internal void Truncate(int length)
    {
        while (length < _before)
        {
            Keep(_current);
            (_current, _used) = _full[^1];
            _full.RemoveAt(_full.Count - 1);
            _before -= _used;
        }
        _used = length - _before;
    }

    /// <summary>Empties it, its memory for others to use: nobody may read it any more.</summary>
    internal void Release()
    {
        Truncate(0);
        Keep(_current);
        _current = [];
    }

    /// <summary>Takes over what was written elsewhere, which then is empty.</summary>
    /// <exception cref="TooManyBytesException"/>
    internal void Take(Pieces other)
    {
        if (Length + (long)other.Length > Most)
            throw new TooManyBytesException(Most);
        if (other._full.Count == 0 && other._used <= _current.Length - _used)
        {
            Bytes(other.Written);
            other.Release();
            return;
        }
        Close();
        _before += other._before;
        _full.AddRange(other._full);
        (_current, _used) = (other._current, other._used);
        (other._current, other._used, other._before) = ([], 0, 0);
        other._full.Clear();
    }

    public void Advance(int count) => _used += count;

    public Span<byte> GetSpan(int sizeHint = 0) => Room(Math.Max(1, sizeHint));

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        _ = Room(Math.Max(1, sizeHint));
        return _current.AsMemory(_used);
    }

    /// <summary>Any number of bytes.</summary>
    protected void Bytes(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var room = Room(1);
            var count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room);
            _used += count;
            bytes = bytes[count..];
        }
    }

    /// <summary>A few bytes. Inlined, a tag is a few moves of registers and no call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _used += bytes.Length;
    }

    /// <summary>So many bytes at least, in one.</summary>
    protected Span<byte> Room(int count)
    {
        if (_current.Length - _used < count)
            Grow(count);
        return _current.AsSpan(_used);
    }

    private static void Keep(byte[] piece)
    {
        if (piece.Length == Size && _kept.Count < _mostKept)
            _kept.Add(piece);
    }

    private void Grow(int count)
    {
        if (Length + (long)count > Most)
            throw new TooManyBytesException(Most);
        if (_full.Count == 0 && _used + count <= Size)
        {
            Array.Resize(ref _current, Math.Clamp(Math.Max(_current.Length * 2, _used + count), Smallest, Size));
            return;
        }
        // First the memory, so that without it everything is as it was.
        var next = count > Size ? new byte[count] : _kept.TryTake(out var kept) ? kept : GC.AllocateUninitializedArray<byte>(Size);
        Close();
        (_current, _used) = (next, 0);
    }

    private void Close()
    {
        if (_used == 0)
            return;
        _full.Add((_current, _used));
        _before += _used;
    }
}
