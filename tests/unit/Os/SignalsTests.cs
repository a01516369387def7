using Init.Os;
using Xunit;

namespace Init.Unit.Os;

public sealed class SignalsTests
{
    [Theory]
    [InlineData(Signals.SIGTERM, "SIGTERM", "SIGTERM")]
    [InlineData(37, "signal 37", "RTMIN+3")]
    [InlineData(63, "signal 63", "RTMIN+29")]
    [InlineData(64, "SIGRTMAX", "SIGRTMAX")]
    [InlineData(33, "signal 33", "signal 33")]
    public void A_real_time_signal_has_a_name_of_ours_beside_Supervisors(int signal, string supervisors, string ours) =>
        Assert.Equal((supervisors, ours), (Signals.Name(signal), Signals.NameOrOffset(signal)));
}
