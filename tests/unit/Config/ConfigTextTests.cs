using Init.Config;
using Xunit;

namespace Init.Unit.Config;

public class ConfigTextTests
{
    private static string ErrorOf(params byte[] bytes) => Assert.Throws<ConfigException>(() => ConfigText.Decode(bytes)).Message;

    [Fact]
    public void What_has_no_end_is_no_configuration() =>
        Assert.Equal("/dev/zero is larger than 67108864 bytes", Assert.Throws<ConfigException>(() => ConfigText.Read("/dev/zero", out _)).Message);

    [Fact]
    public void A_byte_order_mark_is_skipped() => Assert.Equal("[a]", ConfigText.Decode("\ufeff[a]"u8)); // unlike C-041

    [Theory]
    [InlineData(new byte[] { 0x78, 0xe9, 0x0a }, "byte 0xe9 in position 1: invalid continuation byte")]
    [InlineData(new byte[] { 0xe9 }, "byte 0xe9 in position 0: unexpected end of data")]
    [InlineData(new byte[] { 0xff, 0xfe }, "byte 0xff in position 0: invalid start byte")]
    [InlineData(new byte[] { 0xc0, 0x80 }, "byte 0xc0 in position 0: invalid start byte")]
    [InlineData(new byte[] { 0x80 }, "byte 0x80 in position 0: invalid start byte")]
    [InlineData(new byte[] { 0xed, 0xa0, 0x80 }, "byte 0xed in position 0: invalid continuation byte")]
    [InlineData(new byte[] { 0xe2, 0x82, 0x78 }, "bytes in position 0-1: invalid continuation byte")]
    [InlineData(new byte[] { 0xe2, 0x82 }, "bytes in position 0-1: unexpected end of data")]
    [InlineData(new byte[] { 0xf0, 0x9f, 0x98, 0x78 }, "bytes in position 0-2: invalid continuation byte")]
    [InlineData(new byte[] { 0xf4, 0x90, 0x80, 0x80 }, "byte 0xf4 in position 0: invalid continuation byte")]
    [InlineData(new byte[] { 0xe0, 0x80, 0x80 }, "byte 0xe0 in position 0: invalid continuation byte")]
    public void A_bad_byte_is_told_in_Pythons_words(byte[] bytes, string expected) => // C-040
        Assert.Equal($"'utf-8' codec can't decode {expected}", ErrorOf(bytes));
}
