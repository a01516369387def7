using Init.Config;
using Init.Os;
using Init.Processes;
using Init.States;
using Xunit;

namespace Init.Unit.Processes;

/// <summary>What ready_when makes of the machine.</summary>
public sealed class ReadinessTests
{
    private static MachineTestbed Program(int startSecs = 0, int startRetries = 3) => new(MachineTestbed.Program(config => config with
    {
        StartSecs = startSecs,
        StartRetries = startRetries,
        ReadyWhen = new ReadyWhen.Notified(),
        ReadyTimeout = 60,
    }));

    [Fact]
    public void It_is_STARTING_until_it_is_ready_also_with_startsecs_0()
    {
        var foo = Program().Start().Wait(30);
        Assert.Equal(ProcessState.Starting, foo.State);
        foo.Give(ProcessInput.Ready);
        Assert.Equal(ProcessState.Running, foo.State);
        Assert.Equal("Info success: foo entered RUNNING state, it is ready (notify)", foo.Logged.Last());
    }

    [Fact]
    public void It_is_STARTING_until_startsecs_has_passed_too()
    {
        var foo = Program(startSecs: 5).Start().Wait(1).Give(ProcessInput.Ready);
        Assert.Equal(ProcessState.Starting, foo.State);
        Assert.Equal(4, foo.DueIn()!.Value.TotalSeconds);
        Assert.Equal(ProcessState.Running, foo.Wait(4).State);
    }

    [Fact]
    public void Not_being_ready_in_time_is_a_failed_start_that_is_tried_again_once_it_has_ended()
    {
        var foo = Program().Start().Wait(60);
        Assert.Equal(ProcessState.Stopping, foo.State);
        Assert.Equal([Signals.SIGTERM], foo.Sent);
        Assert.Contains("Warn foo is not ready within 60 s: notify", foo.Logged);
        foo.Die(Signals.SIGTERM);
        Assert.Equal(ProcessState.Backoff, foo.State);
        Assert.Equal("not ready within 60 s: notify", foo.Status.SpawnError);
        Assert.Equal(1, foo.Status.Backoff);
        foo.Wait(1).Give(ProcessInput.Spawned(101));
        Assert.Equal(ProcessState.Starting, foo.State);
        Assert.Null(foo.Status.FailedStart);
        Assert.Equal(60, foo.DueIn()!.Value.TotalSeconds);
    }

    [Fact]
    public void Without_another_try_it_is_FATAL()
    {
        var foo = Program(startRetries: 0).Start().Wait(60).Wait(10).Die(Signals.SIGKILL).Wait(0);
        Assert.Equal(ProcessState.Fatal, foo.State);
        Assert.Equal([Signals.SIGTERM, Signals.SIGKILL], foo.Sent);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void An_end_before_it_is_ready_is_a_failed_start_however_long_it_took(int code)
    {
        var foo = Program().Start().Wait(40).Exit(code);
        Assert.Equal(ProcessState.Backoff, foo.State);
        Assert.Equal("Exited before it was ready (process log may have details)", foo.Status.SpawnError);
    }

    [Fact]
    public void Each_run_has_to_be_ready_itself()
    {
        var foo = Program().Start().Give(ProcessInput.Ready).Wait(5).Exit(1).Wait(0).Give(ProcessInput.Spawned(101));
        Assert.Equal(ProcessState.Starting, foo.State);
    }

    [Fact]
    public void A_stop_of_what_is_not_ready_is_a_stop_also_when_it_is_being_stopped_already()
    {
        Assert.Equal(ProcessState.Stopped, Program().Start().Give(ProcessInput.Stop).Die(Signals.SIGTERM).State);
        Assert.Equal(ProcessState.Stopped, Program().Start().Wait(60).Give(ProcessInput.Stop).Die(Signals.SIGTERM).State);
        Assert.Equal(ProcessState.Stopped, Program().Start().Wait(60).Give(ProcessInput.Shutdown()).Die(Signals.SIGTERM).State);
    }

    [Fact]
    public void It_may_ask_for_more_time_to_start_and_to_stop()
    {
        var foo = Program().Start().Wait(59).Give(ProcessInput.Extend(TimeSpan.FromSeconds(90)));
        Assert.Equal(90, foo.DueIn()!.Value.TotalSeconds);
        foo.Give(ProcessInput.Ready).Give(ProcessInput.Stop).Wait(9).Give(ProcessInput.Extend(TimeSpan.FromSeconds(30)));
        Assert.Equal(30, foo.DueIn()!.Value.TotalSeconds);
    }

    [Fact]
    public void Asking_for_more_is_never_having_less()
    {
        var foo = Program().Start().Give(ProcessInput.Extend(TimeSpan.FromSeconds(1)));
        Assert.Equal(60, foo.DueIn()!.Value.TotalSeconds);
        foo.Give(ProcessInput.Ready).Give(ProcessInput.Stop).Give(ProcessInput.Extend(TimeSpan.FromSeconds(1)));
        Assert.Equal(10, foo.DueIn()!.Value.TotalSeconds);
    }

    [Fact]
    public void Who_gives_up_for_a_need_has_not_failed_to_be_ready()
    {
        var foo = Program().Start().Wait(60).Die(Signals.SIGTERM).Give(ProcessInput.NeedFailed("redis is FATAL"));
        Assert.Null(foo.Status.FailedStart);
    }

    [Fact]
    public void But_not_for_more_than_all_have_together()
    {
        var foo = Program().Start().Give(ProcessInput.Ready).Give(ProcessInput.Shutdown(TimeSpan.FromSeconds(3)));
        Assert.Equal(3, foo.Give(ProcessInput.Extend(TimeSpan.FromSeconds(30))).DueIn()!.Value.TotalSeconds);
        foo = Program().Start().Give(ProcessInput.Ready).Give(ProcessInput.Stop).Give(ProcessInput.Shutdown(TimeSpan.FromSeconds(3)));
        Assert.Equal(3, foo.Give(ProcessInput.Extend(TimeSpan.FromSeconds(30))).DueIn()!.Value.TotalSeconds);
    }
}
