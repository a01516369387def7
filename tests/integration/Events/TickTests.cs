using System.Globalization;
using System.Text.RegularExpressions;
using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Events;

/// <summary>TICK events (E-020, E-026). That a daemon which nobody asks for them does not wake up is shown by HygieneTests.</summary>
public sealed class TickTests(ITestOutputHelper output) : ListenerTest(output)
{
    [Theory]
    [InlineData(Implementation.Ours)]
    [InlineData(Implementation.Debian)]
    public void A_tick_tells_the_second_at_which_its_period_began(Implementation implementation)
    {
        // Of three ticks one may be late on a busy machine, and the first may have waited for its listener.
        var before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var daemon = Start("""
            [eventlistener:ticks]
            command={fixtures}/act 'READY\n' event 'RESULT 2\nOKREADY\n' event 'RESULT 2\nOKREADY\n' event 'RESULT 2\nOKREADY\n'
            startsecs=0
            events=TICK_5
            """, implementation);
        daemon.WaitForLine("ticks: event was processed", times: 3, timeout: TimeSpan.FromSeconds(40));
        var ticks = Regex.Matches(daemon.Read("out/ticks"), @"^serial (\d+) poolserial \1 when:(\d+)$", RegexOptions.Multiline);
        Assert.Equal(3, ticks.Count);
        var late = TimeSpan.MaxValue;
        for (var i = 0; i < ticks.Count; i++)
        {
            var when = long.Parse(ticks[i].Groups[2].Value, CultureInfo.InvariantCulture);
            Assert.Equal(0, when % 5);
            // The period under way at the start began before it.
            Assert.True(when > before, $"{when} is before the start at {before}");
            if (i > 0)
                Assert.Equal(long.Parse(ticks[i - 1].Groups[2].Value, CultureInfo.InvariantCulture) + 5, when);
            var lateness = TimeOf(daemon, $"event {i} sent to listener ticks").ToUniversalTime() - DateTimeOffset.FromUnixTimeSeconds(when).UtcDateTime;
            Assert.True(lateness >= TimeSpan.Zero, $"{-lateness} too early");
            late = lateness < late ? lateness : late;
        }

        // Supervisor looks once a second, at best.
        var most = TimeSpan.FromMilliseconds(implementation == Implementation.Ours ? 100 : 5000);
        Assert.True(late < most, $"the promptest of them is {late} late");
    }
}
