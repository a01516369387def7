using Init.Config;
using Xunit;

namespace Init.Unit.Config;

public class PythonTextTests
{
    [Theory]
    [InlineData("abc", "'abc'")]
    [InlineData("", "''")]
    [InlineData("it's", "\"it's\"")]
    [InlineData("say \"x\"", "'say \"x\"'")]
    [InlineData("it's \"x\"", "'it\\'s \"x\"'")]
    [InlineData("a\\b\n\r\t", @"'a\\b\n\r\t'")]
    [InlineData("\0\x1b\x7f\x85", @"'\x00\x1b\x7f\x85'")]
    [InlineData("é€😀", "'é€😀'")]
    [InlineData("\u00a0\u00ad\u200b\u2028\ufeff", @"'\xa0\xad\u200b\u2028\ufeff'")]
    [InlineData("\U000e0001", @"'\U000e0001'")]
    public void Repr_is_Pythons(string text, string expected) => Assert.Equal(expected, PythonText.Repr(text));

    [Fact]
    public void Ascii_escapes_all_the_rest() => Assert.Equal(@"'\xe9\u20ac\U0001f600'", PythonText.Ascii("é€😀"));

    [Fact]
    public void A_very_long_text_is_cut() => Assert.EndsWith("...", PythonText.Repr(new string('a', 20_000)));

    [Theory]
    [InlineData("0", 0)]
    [InlineData(" \t7\n", 7)]
    [InlineData("+5", 5)]
    [InlineData("-5", -5)]
    [InlineData("007", 7)]
    [InlineData("1_000", 1000)]
    [InlineData("٣", 3)]
    [InlineData("99999999999999999999", long.MaxValue)]
    [InlineData("-99999999999999999999", -long.MaxValue)]
    public void Int_takes_what_Pythons_takes(string text, long expected)
    {
        Assert.True(PythonText.TryInteger(text, 10, out var value, out _));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("_1")]
    [InlineData("1_")]
    [InlineData("1__0")]
    [InlineData("1.5")]
    [InlineData("0x10")]
    [InlineData("1 0")]
    [InlineData("- 1")]
    [InlineData("\x1f5")]
    public void Int_refuses_what_Pythons_refuses(string text) => Assert.False(PythonText.TryInteger(text, 10, out _, out _));

    [Theory]
    [InlineData("-0099999999999999999999", "-99999999999999999999")]
    [InlineData("000", "0")]
    [InlineData("-0", "0")]
    [InlineData("1_0", "10")]
    public void The_digits_are_kept_for_messages(string text, string expected)
    {
        Assert.True(PythonText.TryInteger(text, 10, out _, out var digits));
        Assert.Equal(expected, digits);
    }

    [Fact]
    public void Words_lie_between_blanks_of_any_kind() => Assert.Equal(["a", "b", "c"], PythonText.Words(" a\n\tb\x1c\u00a0c "));
}
