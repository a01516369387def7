using Init.Config;
using Init.Processes;
using Xunit;

namespace Init.Unit.Processes;

/// <summary>How often a program is looked for until it is ready.</summary>
public sealed class ReadyProbeTests
{
    private static readonly Probe _tcp = new Probe.Tcp("localhost", 80);
    private static readonly Probe _command = new Probe.Command(new CommandText("/bin/true", null));

    private static double Pause(Probe probe, double seconds, bool isTold = false, int looking = 1) =>
        ReadyProbe.Pause(probe, TimeSpan.FromSeconds(seconds), isTold, looking).TotalMilliseconds;

    [Fact]
    public void A_socket_is_found_within_50_ms_for_as_long_as_a_start_usually_takes()
    {
        for (var seconds = 0.0; seconds < 30; seconds += 0.1)
            Assert.InRange(Pause(_tcp, seconds), 5, 30);
        Assert.Equal(250, Pause(_tcp, 60));
    }

    [Fact]
    public void It_backs_off()
    {
        foreach (var probe in new[] { _tcp, new Probe.Http("localhost", 80, "/"), _command })
            Assert.Equal(
                new[] { 0, 0.1, 0.5, 1, 5, 20, 100 }.Select(seconds => Pause(probe, seconds)).Order(),
                new[] { 0, 0.1, 0.5, 1, 5, 20, 100 }.Select(seconds => Pause(probe, seconds)));
        Assert.Equal((50, 1000), (Pause(_command, 0), Pause(_command, 60)));
    }

    [Fact]
    public void What_the_kernel_tells_of_is_looked_at_now_and_then_only() => Assert.Equal(1000, Pause(new Probe.File("/run/x"), 0.1, isTold: true));

    [Fact]
    public void Hundreds_at_a_time_share_what_one_may_cost()
    {
        Assert.Equal(30, Pause(_tcp, 10, looking: 50));
        Assert.Equal(300, Pause(_tcp, 10, looking: 500));
    }
}
