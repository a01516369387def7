using Init.Os;
using Xunit;

namespace Init.Unit.Os;

public class PosixTextTests
{
    [Fact]
    public void Any_bytes_come_out_as_they_went_in()
    {
        var random = new Random(5);
        for (var round = 0; round < 2000; round++)
        {
            var bytes = new byte[random.Next(40)];
            random.NextBytes(bytes);
            for (var i = 0; i < bytes.Length; i++)
                bytes[i] = bytes[i] == 0 ? (byte)0xE2 : bytes[i]; // no NUL in POSIX text
            Assert.Equal([.. bytes, 0], PosixText.Encode(PosixText.Decode(bytes)));
        }
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("Malmö € 🚀")]
    public void Valid_text_is_UTF_8(string text) =>
        Assert.Equal([.. System.Text.Encoding.UTF8.GetBytes(text), 0], PosixText.Encode(text));
}
