using Init.Config;
using Init.Loop;
using Init.Os;
using Init.Processes;
using Init.States;
using Init.Supervision;
using Init.Unit.Output;
using Init.Unit.Rpc;
using Xunit;

namespace Init.Unit.Supervision;

[Collection(OurStdout.Name)]
public sealed class UpkeepTests : IDisposable
{
    private readonly SupervisorStub _here = new();
    private readonly Upkeep _upkeep;

    public UpkeepTests() => _upkeep = new Upkeep(_here.Loop, _here.Activity, _here.Dependencies);

    private Alarms Alarms => _here.Loop.Alarms;

    public void Dispose()
    {
        _upkeep.Dispose();
        _here.Dispose();
    }

    private (ProcessGroup Group, Subprocess Process) Add(UpkeepConfig upkeep, ProcessState state = ProcessState.Stopped)
    {
        var group = _here.Add("job", state, SupervisorStub.Program("job", config => config with { Upkeep = upkeep }));
        _upkeep.Came(group);
        return (group, group.Processes[0]);
    }

    private static readonly UpkeepConfig _daily = new() { Schedule = new Schedule.Cron(CronReader.Read("@daily"), "UTC") };
    private static readonly UpkeepConfig _often = new() { Schedule = new Schedule.Every(TimeSpan.FromHours(1)) };
    private static readonly UpkeepConfig _aged = new() { MaxAge = new(TimeSpan.FromHours(6), TimeSpan.FromHours(7)) };
    private static readonly UpkeepConfig _small = new() { MemoryMax = 1 };

    [Fact]
    public void Without_a_key_nobody_is_woken()
    {
        var (_, process) = Add(UpkeepConfig.None, ProcessState.Running);
        _upkeep.Entered(process, ProcessState.Running);
        Assert.Null(Alarms.Next);
    }

    [Fact]
    public void A_period_begins_when_the_program_comes_and_ends_with_it()
    {
        var before = Clock.Now;
        var (group, process) = Add(_often);
        Assert.InRange(Alarms.Next!.Value, before + TimeSpan.FromHours(1), Clock.Now + TimeSpan.FromHours(1));
        Assert.NotNull(process.NextRun);
        _upkeep.Gone(group);
        Assert.Null(Alarms.Next);
        Assert.Null(process.NextRun);
    }

    [Fact]
    public void By_the_clock_it_runs_at_its_next_time()
    {
        var (group, process) = Add(_daily);
        Assert.Equal(Clock.WallClock.Date.AddDays(1), process.NextRun!.Value.UtcDateTime);
        Assert.Null(Alarms.Next); // the kernel watches its clock
        _upkeep.Gone(group);
        Assert.Null(process.NextRun);
    }

    [Fact]
    public void One_that_still_runs_is_left_alone_and_that_is_said()
    {
        var (_, process) = Add(_often, ProcessState.Running);
        Alarms.Ring(Clock.Now + TimeSpan.FromHours(2), e => throw e);
        Assert.Equal(ProcessState.Running, process.Status.State);
        Assert.Contains("INFO skipped a run of job: the one before is not over (schedule)", _here.ActivityText);
        Assert.NotNull(Alarms.Next);
    }

    [Fact]
    public void An_age_counts_while_it_runs()
    {
        var (_, process) = Add(_aged, ProcessState.Running);
        Assert.Null(Alarms.Next);
        _upkeep.Entered(process, ProcessState.Running);
        var now = Clock.Now;
        Assert.InRange(Alarms.Next!.Value, now + TimeSpan.FromHours(5.9), now + TimeSpan.FromHours(7));
        _upkeep.Entered(process, ProcessState.Stopping);
        Assert.Null(Alarms.Next);
    }

    [Theory]
    [InlineData(0, 6)]
    [InlineData(0.5, 6.5)]
    [InlineData(1, 7)]
    public void It_is_drawn_between_its_two_ends(double share, double hours) =>
        Assert.Equal(TimeSpan.FromHours(hours), AgeLimits.Draw(_aged.MaxAge!, share));

    [Fact]
    public void Memory_is_looked_at_only_while_it_runs()
    {
        var (_, process) = Add(_small, ProcessState.Running);
        Assert.Null(Alarms.Next);
        _upkeep.Entered(process, ProcessState.Running);
        Assert.NotNull(Alarms.Next);
        _upkeep.Entered(process, ProcessState.Exited);
        Assert.Null(Alarms.Next);
    }

    [Fact]
    public void At_the_end_of_everything_nothing_is_left()
    {
        var (_, process) = Add(_often with { MaxAge = _aged.MaxAge, MemoryMax = 1 }, ProcessState.Running);
        _upkeep.Entered(process, ProcessState.Running);
        _upkeep.End();
        Assert.Null(Alarms.Next);
        _upkeep.Entered(process, ProcessState.Running);
        Assert.Null(Alarms.Next);
    }

    [Fact]
    public void Between_two_runs_it_says_when_the_next_one_is_and_not_everything_is_done()
    {
        var (_, process) = Add(_often, ProcessState.Exited);
        Assert.Matches("^next run [A-Z][a-z][a-z] [0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} [AP]M$", ProcessDescription.Of(process, Clock.WallClock));
        Assert.Null(Ending.WhenDone(_here.Groups.ByPriority, _ => false));
    }
}
