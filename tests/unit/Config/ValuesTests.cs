using Init.Config;
using Xunit;

namespace Init.Unit.Config;

public class ValuesTests
{
    private static string ErrorOf(Action convert) => Assert.Throws<ConfigException>(convert).Message;

    [Theory]
    [InlineData("99999999999", int.MaxValue)]
    [InlineData("-99999999999", int.MinValue)]
    [InlineData("1_0", 10)]
    public void Integers_are_kept_within_32_bits(string text, int expected) => Assert.Equal(expected, Values.Integer(text));

    [Theory]
    [InlineData("abc", "'abc'")]
    [InlineData("", "''")]
    [InlineData("it's", "\"it's\"")]
    public void A_text_is_no_integer(string text, string repr) => // C-105
        Assert.Equal($"invalid literal for int() with base 10: {repr}", ErrorOf(() => Values.Integer(text)));

    [Fact]
    public void An_endless_number_is_refused() =>
        Assert.Equal("Exceeds the limit (4300 digits) for integer string conversion: value has 5000 digits",
            ErrorOf(() => Values.Integer(new string('1', 5000))));

    [Theory]
    [InlineData("yes", true)]
    [InlineData("TRUE", true)]
    [InlineData("On", true)]
    [InlineData("1", true)]
    [InlineData("no", false)]
    [InlineData("False", false)]
    [InlineData("off", false)]
    [InlineData("0", false)]
    public void Booleans_have_four_words_each(string text, bool expected) => Assert.Equal(expected, Values.Boolean(text)); // C-107

    [Theory]
    [InlineData("maybe")]
    [InlineData("")]
    [InlineData("2")]
    public void Other_words_are_no_booleans(string text) =>
        Assert.Equal($"not a valid boolean value: '{text}'", ErrorOf(() => Values.Boolean(text)));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1024", 1024)]
    [InlineData("1KB", 1024)]
    [InlineData("1 MB", 1048576)]
    [InlineData("2gb", 2147483648)]
    [InlineData("-1kb", -1024)]
    [InlineData("99999999999999999999gb", long.MaxValue / (1 << 30) * (1 << 30))]
    public void Byte_sizes_count_in_1024(string text, long expected) => Assert.Equal(expected, Values.ByteSize(text)); // C-108

    [Theory]
    [InlineData("1TB", "1tb")]
    [InlineData("1K", "1k")]
    [InlineData("B", "b")]
    [InlineData("MB", "")]
    [InlineData("1.5MB", "1.5")]
    [InlineData("", "")]
    public void Other_units_are_errors(string text, string shown) =>
        Assert.Equal($"invalid literal for int() with base 10: '{shown}'", ErrorOf(() => Values.ByteSize(text)));

    [Theory]
    [InlineData("022", 18)]
    [InlineData("0o22", 18)]
    [InlineData("0", 0)]
    [InlineData("-1", -1)]
    public void Octal_numbers_may_have_a_prefix(string text, int expected) => Assert.Equal(expected, Values.Octal(text)); // C-109

    [Theory]
    [InlineData("abc")]
    [InlineData("8")]
    [InlineData("")]
    public void Other_digits_are_not_octal(string text) =>
        Assert.Equal($"{text} can not be converted to an octal type", ErrorOf(() => Values.Octal(text)));

    [Theory]
    [InlineData("critical", LogLevel.Critical)]
    [InlineData("ERROR", LogLevel.Error)]
    [InlineData("Warn", LogLevel.Warn)]
    [InlineData("info", LogLevel.Info)]
    [InlineData("debug", LogLevel.Debug)]
    [InlineData("trace", LogLevel.Trace)]
    [InlineData("blather", LogLevel.Blather)]
    internal void Log_levels_have_seven_names(string text, LogLevel expected) => Assert.Equal(expected, Values.Level(text)); // C-112

    [Theory]
    [InlineData("warning")]
    [InlineData("10")]
    [InlineData("__module__")] // Supervisor takes it and crashes
    public void Other_names_are_no_levels(string text) =>
        Assert.Equal($"bad logging level name '{text}'", ErrorOf(() => Values.Level(text)));

    [Theory]
    [InlineData("TERM", 15)]
    [InlineData("sigkill", 9)]
    [InlineData("9", 9)]
    [InlineData("0", 0)]
    [InlineData("34", 34)]
    [InlineData("RTMAX", 64)]
    [InlineData("CLD", 17)]
    [InlineData("IOT", 6)]
    public void Signals_have_names_and_numbers(string text, int expected) => Assert.Equal(expected, Values.Signal(text)); // C-113, C-114

    [Theory]
    [InlineData("BOGUS", "name")]
    [InlineData("", "name")]
    [InlineData("RTMIN+1", "name")]
    [InlineData("SIG_IGN", "name")] // Supervisor takes it for 1 by accident
    [InlineData("99", "number")]
    [InlineData("33", "number")]
    [InlineData("40", "number")]
    [InlineData("-1", "number")]
    public void Others_are_no_signals(string text, string kind) =>
        Assert.Equal($"value '{text}' is not a valid signal {kind}", ErrorOf(() => Values.Signal(text)));

    [Theory]
    [InlineData("0", "0")]
    [InlineData("0,2", "0 2")]
    [InlineData(" 0 , 255 ", "0 255")]
    [InlineData("", "")]
    public void Exit_codes_are_a_list_of_bytes(string text, string expected) => // C-116
        Assert.Equal(expected, string.Join(' ', Values.ExitCodes(text)));

    [Theory]
    [InlineData("0 1")]
    [InlineData("256")]
    [InlineData("-1")]
    [InlineData("0,")]
    [InlineData("x")]
    public void Others_are_no_exit_codes(string text) =>
        Assert.Equal($"not a valid list of exit codes: '{text}'", ErrorOf(() => Values.ExitCodes(text)));

    [Theory]
    [InlineData("true", AutoRestart.Always)]
    [InlineData("OFF", AutoRestart.Never)]
    [InlineData("Unexpected", AutoRestart.Unexpected)]
    internal void Autorestart_is_a_boolean_or_unexpected(string text, AutoRestart expected) => Assert.Equal(expected, Values.AutoRestart(text));

    [Fact]
    public void Another_autorestart_is_shown_in_lower_case() => // C-117
        Assert.Equal("invalid 'autorestart' value 'sometimes'", ErrorOf(() => Values.AutoRestart("Sometimes")));

    [Theory]
    [InlineData("a b", " ")]
    [InlineData("a:b/c", ":")]
    [InlineData("a/b", "/")]
    public void A_name_has_no_blank_colon_or_slash(string text, string character) => // C-121
        Assert.Equal($"Invalid name: '{text}' because of character: '{character}'", ErrorOf(() => Values.Name(text)));

    [Fact]
    public void A_name_is_trimmed_and_may_be_empty()
    {
        Assert.Equal("é", Values.Name(" é "));
        Assert.Equal("", Values.Name(""));
    }

    [Theory]
    [InlineData("9001", "", 9001)]
    [InlineData("*:9001", "", 9001)]
    [InlineData(":9001", "", 9001)]
    [InlineData("LOCALhost:9001", "localhost", 9001)]
    [InlineData("[::1]:9001", "::1", 9001)] // C-184: Supervisor cannot bind it
    [InlineData("::1:9001", "::1", 9001)]
    public void An_inet_address_is_a_host_and_a_port(string text, string host, int port) => // C-122
        Assert.Equal((host, port), Values.InetAddress(text));

    [Theory]
    [InlineData("abc", "not a valid port number: 'abc' ")]
    [InlineData("", "not a valid port number: '' ")]
    [InlineData("0", "not a valid port number: '0' ")]
    [InlineData("70000", "not a valid port number: '70000' ")]
    [InlineData("x:", "no port number specified in ''")]
    [InlineData("x:y", "invalid literal for int() with base 10: 'y'")]
    [InlineData("x:0", "0 is below lower bound (1)")]
    [InlineData("x:-5", "-5 is below lower bound (1)")]
    [InlineData("x:70000", "70000 is above upper bound (65535)")]
    [InlineData("x:99999999999999999999", "99999999999999999999 is above upper bound (65535)")]
    public void Others_are_no_addresses(string text, string expected) => Assert.Equal(expected, ErrorOf(() => Values.InetAddress(text)));
}
