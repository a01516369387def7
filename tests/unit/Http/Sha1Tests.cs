using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Init.Http;
using Xunit;

namespace Init.Unit.Http;

public class Sha1Tests
{
    [Fact]
    [SuppressMessage("Security", "CA5350", Justification = "It is what ours is compared with.")]
    public void It_is_the_framework_s_for_any_length()
    {
        var message = new byte[10_000];
        new Random(20261121).NextBytes(message);
        foreach (var length in Enumerable.Range(0, 201).Concat([1000, 4095, 4096, 10_000]))
            Assert.True(SHA1.HashData(message.AsSpan(0, length)).SequenceEqual(Sha1.Hash(message.AsSpan(0, length))), $"{length} bytes");
    }

    [Theory] // FIPS 180-4's examples
    [InlineData("", "da39a3ee5e6b4b0d3255bfef95601890afd80709")]
    [InlineData("abc", "a9993e364706816aba3e25717850c26c9cd0d89d")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "84983e441c3bd26ebaae4aa1f95129e5e54670f1")]
    public void It_is_the_standard_s(string message, string hash) =>
        Assert.Equal(hash, Convert.ToHexStringLower(Sha1.Hash(System.Text.Encoding.ASCII.GetBytes(message))));
}
