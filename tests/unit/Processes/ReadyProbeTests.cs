using Init.Config;
using Init.Os;
using Init.Processes;
using Init.States;
using Init.Unit.Rpc;
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_directory_that_is_made_anew_is_watched_anew(bool atOnce)
    {
        using var here = new SupervisorStub();
        var directory = here.File("run");
        var file = Path.Join(directory, "ready");
        var process = here.Add("web", ProcessState.Starting, config => config with
        {
            StartSecs = 0,
            ReadyWhen = new ReadyWhen.Probed(new Probe.File(file)),
            ReadyTimeout = 60,
        });
        Directory.CreateDirectory(directory);
        using var probe = new ReadyProbe(process, new Probe.File(file), new Prober(here.Loop), here.Loop);
        probe.Begin(SupervisorStub.NoPid);
        for (var n = 0; n < 3; n++)
        {
            Turn();
            Directory.Delete(directory);
            if (!atOnce)
                Turn();
            Directory.CreateDirectory(directory);
        }
        Turn();
        Assert.Equal(ProcessState.Starting, process.Status.State);
        File.WriteAllText(file, "");
        Turn();
        Assert.Equal(ProcessState.Running, process.Status.State);

        // What there is to hear, from the threads that ask too, and no waiting for the look that is taken once a second.
        void Turn()
        {
            for (var until = Clock.Now + TimeSpan.FromSeconds(0.3); Clock.Now < until;)
                here.Loop.Turn(until);
        }
    }

    [Fact]
    public void The_reason_is_that_of_the_question_under_way_once_it_has_waited_for_long()
    {
        const string Refused = "connection refused";
        Assert.Null(Problem(_tcp, null, null));
        Assert.Equal(Refused, Problem(_tcp, Refused, null));
        Assert.Equal(Refused, Problem(_tcp, Refused, 0.9));
        Assert.Equal("no answer", Problem(_tcp, Refused, 1));
        Assert.Equal("no answer", Problem(_tcp, null, 0.1));
        Assert.Equal("it has not ended", Problem(_command, "exit status 1", 1));

        static string? Problem(Probe probe, string? last, double? open) =>
            ReadyProbe.ProblemOf(probe, last, open is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
    }

    [Fact]
    public void Hundreds_at_a_time_share_what_one_may_cost()
    {
        Assert.Equal(30, Pause(_tcp, 10, looking: 50));
        Assert.Equal(300, Pause(_tcp, 10, looking: 500));
    }
}
