using System.Text;
using Init.Processes;
using Xunit;

namespace Init.Unit.Processes;

public sealed class NotifyMessageTests
{
    private static NotifyMessage Parse(string message) => NotifyMessage.Parse(Encoding.UTF8.GetBytes(message));

    [Fact]
    public void Lines_of_names_and_values_are_read_in_any_order() => Assert.Equal(
        new NotifyMessage { IsReady = true, Status = "Ready to accept connections", IsAlive = true },
        Parse("STATUS=Ready to accept connections\nREADY=1\nMAINPID=12\nWATCHDOG=1\n"));

    [Fact]
    public void Times_are_microseconds() => Assert.Equal(
        new NotifyMessage { Extension = TimeSpan.FromSeconds(30), Watchdog = TimeSpan.FromMilliseconds(1.5) },
        Parse("EXTEND_TIMEOUT_USEC=30000000\nWATCHDOG_USEC=1500"));

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("READY")]
    [InlineData("READY=0")]
    [InlineData("READY=1 ")]
    [InlineData("ready=1")]
    [InlineData("XREADY=1")]
    [InlineData("WATCHDOG=2")]
    [InlineData("EXTEND_TIMEOUT_USEC=-1")]
    [InlineData("WATCHDOG_USEC=soon")]
    public void What_is_none_of_them_says_nothing(string message) => Assert.Equal(default, Parse(message));

    [Fact]
    public void A_number_that_is_too_large_is_a_year() =>
        Assert.Equal(365, Parse("EXTEND_TIMEOUT_USEC=18446744073709551615").Extension!.Value.TotalDays);

    [Fact]
    public void STOPPING_and_the_trigger_are_heard() =>
        Assert.Equal(new NotifyMessage { IsStopping = true, IsDead = true }, Parse("STOPPING=1\nWATCHDOG=trigger"));

    [Fact]
    public void A_status_is_one_line_without_control_characters_and_not_long()
    {
        Assert.Equal("a[31mb=c", Parse("STATUS= a\u001b[31m\tb=c ").Status);
        Assert.Equal(200, Parse("STATUS=" + new string('x', 5000)).Status!.Length);
        Assert.Equal("", Parse("STATUS=").Status);
    }

    [Fact]
    public void Bytes_that_are_no_text_do_no_harm()
    {
        var bytes = new byte[8192];
        new Random(1).NextBytes(bytes);
        _ = NotifyMessage.Parse(bytes);
        Assert.True(NotifyMessage.Parse([0xff, (byte)'\n', .. "READY=1"u8]).IsReady);
    }
}
