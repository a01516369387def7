using Init.Config;
using Init.Os;
using Init.Processes;
using Init.States;
using Init.Unit.Rpc;
using Xunit;

namespace Init.Unit.Processes;

public sealed class ProcessDescriptionTests : IDisposable
{
    private static readonly DateTimeOffset _now = new(2026, 11, 21, 2, 42, 0, TimeSpan.Zero);

    private readonly SupervisorStub _here = new();

    public void Dispose() => _here.Dispose();

    private string Of(ProcessState state, Func<ProcessStatus, ProcessStatus> change)
    {
        var process = _here.Add("foo");
        SupervisorStub.Put(process, state, change);
        return ProcessDescription.Of(process, _now);
    }

    [Theory]
    [InlineData(0, "0:00:00")]
    [InlineData(0.2, "0:00:01")] // across the edge of a second, as `now` - `start` says too
    [InlineData(62, "0:01:02")]
    [InlineData(3599, "0:59:59")]
    [InlineData(3600, "1:00:00")]
    [InlineData(36_000, "10:00:00")]
    [InlineData(86_399, "23:59:59")]
    [InlineData(86_405, "1 day, 0:00:05")]
    [InlineData(172_799, "1 day, 23:59:59")]
    [InlineData(172_800, "2 days, 0:00:00")]
    [InlineData(12 * 86_400 + 3 * 3600 + 4 * 60 + 5, "12 days, 3:04:05")]
    [InlineData(-5, "0:00:00")] // a clock that was set back; Supervisor moves the start then
    public void Running_it_tells_its_pid_and_how_long_it_is_up(double seconds, string uptime) => Assert.Equal(
        $"pid 123, uptime {uptime}",
        Of(ProcessState.Running, status => status with { Pid = 123, Started = new Moment(TimeSpan.Zero, _now - TimeSpan.FromSeconds(seconds)) }));

    [Fact]
    public void Between_two_tries_it_tells_when_the_next_one_is()
    {
        var backoff = new RestartBackoff(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(60));
        var process = _here.Add("foo", ProcessState.Exited, MachineTestbed.Program(c => c with { AutoRestart = AutoRestart.Always, RestartBackoff = backoff }))
            .Processes[0];
        SupervisorStub.Put(process, ProcessState.Exited, status => status with { Since = Clock.Now, Ends = 1 });
        Assert.Matches("^restarting in (60|59) s$", ProcessDescription.Of(process, _now));
        Assert.True(process.IsWanted); // it can be stopped
    }

    [Theory]
    [InlineData("Fatal")]
    [InlineData("Backoff")]
    public void Failing_it_tells_why(string name)
    {
        var state = Enum.Parse<ProcessState>(name);
        Assert.Equal("can't find command '/x'", Of(state, status => status with { SpawnError = "can't find command '/x'" }));
        Assert.Equal("unknown error (try \"tail foo\")", Of(state, status => status with { SpawnError = "" }));
        Assert.Equal("unknown error (try \"tail foo\")", Of(state, status => status with { SpawnError = null }));
    }

    [Theory]
    [InlineData(11, 21, 2, 42, "Nov 21 02:42 AM")]
    [InlineData(1, 5, 0, 5, "Jan 05 12:05 AM")]
    [InlineData(5, 31, 12, 0, "May 31 12:00 PM")]
    [InlineData(12, 1, 23, 59, "Dec 01 11:59 PM")]
    public void Ended_it_tells_when(int month, int day, int hour, int minute, string text)
    {
        var local = new DateTime(2026, month, day, hour, minute, 30, DateTimeKind.Local);
        Assert.Equal(text, Of(ProcessState.Exited, status => status with { Stopped = local }));
        Assert.Equal(text, Of(ProcessState.Stopped, status => status with { Stopped = new DateTimeOffset(local).ToOffset(TimeSpan.FromHours(9)) }));
    }

    [Theory]
    [InlineData("2026-11-22 02:30:00", "next run Nov 22 02:30 AM")]
    [InlineData("2026-11-21 22:52:07", "next run Nov 21 10:52:07 PM")]
    [InlineData("2026-11-21 22:52:00.25", "next run Nov 21 10:52:00 PM")]
    [InlineData("2027-11-20 00:00:00", "next run Nov 20 12:00 AM")]
    [InlineData("2028-02-29 00:00:00", "next run Feb 29 2028 12:00 AM")]
    public void Between_its_runs_it_tells_the_next_one_as_exactly_as_is_needed(string next, string text)
    {
        var process = _here.Add("foo", ProcessState.Exited);
        process.NextRun = new DateTimeOffset(DateTime.SpecifyKind(DateTime.Parse(next, System.Globalization.CultureInfo.InvariantCulture), DateTimeKind.Local));
        Assert.Equal(text, ProcessDescription.Of(process, _now));
    }

    [Theory]
    [InlineData("Stopped")]
    [InlineData("Exited")]
    public void Never_started_it_says_so(string state)
    {
        Assert.Equal("Not started", Of(Enum.Parse<ProcessState>(state), status => status with { Started = null }));
        Assert.Equal("Not started", Of(Enum.Parse<ProcessState>(state), status => status with { Started = null, Stopped = _now }));
    }

    [Theory]
    [InlineData("Starting")]
    [InlineData("Stopping")]
    [InlineData("Unknown")]
    public void In_between_there_is_nothing_to_tell(string state) =>
        Assert.Equal("", Of(Enum.Parse<ProcessState>(state), status => status with { SpawnError = "of before" }));
}
