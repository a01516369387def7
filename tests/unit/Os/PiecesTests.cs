using System.Buffers;
using Init.Os;
using Xunit;

namespace Init.Unit.Os;

public class PiecesTests
{
    private readonly Pieces _pieces = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(Pieces.Size)]
    [InlineData(Pieces.Size + 1)]
    [InlineData(5 * Pieces.Size)]
    public void What_is_written_is_there_in_whatever_steps(int size)
    {
        var bytes = Some(size);
        for (var step = 1; step <= 100_000; step *= 7)
        {
            _pieces.Clear();
            for (var at = 0; at < size; at += step)
                _pieces.Write(bytes.AsSpan(at, Math.Min(step, size - at)));
            Assert.True(_pieces.Written.SequenceEqual(bytes));
            Assert.Equal(size, _pieces.Length);
        }
    }

    [Fact]
    public void What_is_taken_back_is_gone_and_writing_goes_on_there()
    {
        var bytes = Some(300_000);
        for (var length = bytes.Length; length >= 0; length -= 12_345)
        {
            _pieces.Clear();
            _pieces.Write(bytes);
            _pieces.Truncate(length);
            Assert.True(_pieces.Written.SequenceEqual(bytes.AsSpan(0, length)));
            _pieces.Write(bytes.AsSpan(length));
            Assert.True(_pieces.Written.SequenceEqual(bytes));
        }
    }

    [Theory]
    [InlineData(10, 10)]
    [InlineData(10, 200_000)]
    [InlineData(0, 200_000)]
    [InlineData(200_000, 10)]
    [InlineData(200_000, 200_000)]
    public void What_another_one_has_written_is_taken_over(int own, int others)
    {
        var (bytes, other) = (Some(own + others + 70_000), new Pieces());
        _pieces.Write(bytes.AsSpan(0, own));
        other.Write(bytes.AsSpan(own, others));
        _pieces.Take(other);
        other.Write("not this"u8);
        _pieces.Write(bytes.AsSpan(own + others));
        Assert.True(_pieces.Written.SequenceEqual(bytes));
        Assert.Equal("not this"u8, other.Written);
    }

    [Fact]
    public void More_than_there_may_be_is_refused_and_the_rest_stays()
    {
        var (bytes, limited) = (Some(100_000), new Pieces(most: 100_000));
        limited.Write(bytes);
        Assert.Throws<TooManyBytesException>(() => limited.Write(Some(Pieces.Size)));
        limited.Truncate(bytes.Length);
        Assert.True(limited.Written.SequenceEqual(bytes));
        _pieces.Write(bytes);
        Assert.Throws<TooManyBytesException>(() => limited.Take(_pieces));
        Assert.True(limited.Written.SequenceEqual(bytes));
    }

    [Fact]
    public void Released_memory_is_used_again_by_nobody_twice()
    {
        _pieces.Write(Some(500_000));
        _pieces.Release();
        var (one, two) = (new Pieces(), new Pieces());
        one.Write(Enumerable.Repeat((byte)1, 500_000).ToArray());
        two.Write(Enumerable.Repeat((byte)2, 500_000).ToArray());
        Assert.Equal(-1, one.Written.IndexOfAnyExcept((byte)1));
        Assert.Equal(-1, two.Written.IndexOfAnyExcept((byte)2));
    }

    private static byte[] Some(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }
}
