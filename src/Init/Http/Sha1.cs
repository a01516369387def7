using System.Buffers.Binary;
using System.Numerics;

namespace Init.Http;

/// <summary>
/// SHA-1 (FIPS 180-4), which `{SHA}` passwords are hashed with. The framework's own is OpenSSL's, a shared library that a static
/// binary cannot load.
/// </summary>
internal static class Sha1
{
    private const int Block = 64;

    internal static byte[] Hash(ReadOnlySpan<byte> message)
    {
        Span<uint> state = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0];
        var left = message;
        for (; left.Length >= Block; left = left[Block..])
            Compress(state, left[..Block]);

        // The end of the message, a one bit, zeros, and the message's length in bits.
        Span<byte> end = stackalloc byte[2 * Block];
        end.Clear();
        left.CopyTo(end);
        end[left.Length] = 0x80;
        var length = left.Length < Block - sizeof(ulong) ? Block : 2 * Block;
        BinaryPrimitives.WriteUInt64BigEndian(end[(length - sizeof(ulong))..], (ulong)message.Length * 8);
        for (var at = 0; at < length; at += Block)
            Compress(state, end.Slice(at, Block));

        var hash = new byte[5 * sizeof(uint)];
        for (var i = 0; i < 5; i++)
            BinaryPrimitives.WriteUInt32BigEndian(hash.AsSpan(i * sizeof(uint)), state[i]);
        return hash;
    }

    private static void Compress(Span<uint> state, ReadOnlySpan<byte> block)
    {
        Span<uint> words = stackalloc uint[80];
        for (var t = 0; t < 16; t++)
            words[t] = BinaryPrimitives.ReadUInt32BigEndian(block[(t * sizeof(uint))..]);
        for (var t = 16; t < 80; t++)
            words[t] = BitOperations.RotateLeft(words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16], 1);

        var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4]);
        for (var t = 0; t < 80; t++)
        {
            var (f, k) = t switch
            {
                < 20 => ((b & c) | (~b & d), 0x5A827999u),
                < 40 => (b ^ c ^ d, 0x6ED9EBA1u),
                < 60 => ((b & c) | (b & d) | (c & d), 0x8F1BBCDCu),
                _ => (b ^ c ^ d, 0xCA62C1D6u),
            };
            (a, b, c, d, e) = (BitOperations.RotateLeft(a, 5) + f + e + k + words[t], a, BitOperations.RotateLeft(b, 30), c, d);
        }
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
    }
}
