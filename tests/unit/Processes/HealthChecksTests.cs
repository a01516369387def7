using Init.Config;
using Init.Os;
using Init.Processes;
using Init.States;
using Init.Unit.Rpc;
using Xunit;

namespace Init.Unit.Processes;

/// <summary>Healthchecks of files, by the loop.</summary>
public sealed class HealthChecksTests : IDisposable
{
    private readonly SupervisorStub _here = new();
    private readonly HealthChecks _checks;
    private readonly List<string> _unhealthy = [];

    public HealthChecksTests() => _checks = new HealthChecks(_here.Loop, _here.Activity, new Prober(_here.Loop), (process, reason) => _unhealthy.Add($"{process.Namespec} {reason}"));

    public void Dispose() => _here.Dispose();

    private Subprocess Add(string name, int startPeriod = 0) => _here.Add(name, ProcessState.Running, config => config with
    {
        Healthcheck = new(new Probe.File(_here.File(name)), 1, 5, 1, startPeriod, OnUnhealthy.None),
    });

    private void Until(Func<bool> holds)
    {
        var deadline = Clock.Now + TimeSpan.FromSeconds(20);
        while (!holds())
        {
            Assert.True(Clock.Now < deadline, "not in time");
            _here.Loop.Turn(deadline);
        }
    }

    [Fact]
    public void One_without_a_healthcheck_has_no_health()
    {
        var process = _here.Add("plain", ProcessState.Running);
        _checks.Entered(process, ProcessState.Running);
        Assert.Equal(Health.None, process.Health);
        Assert.Null(_here.Loop.Alarms.Next);
    }

    [Fact]
    public void Its_health_follows_the_answers_and_the_log_tells()
    {
        var process = Add("up");
        _checks.Entered(process, ProcessState.Running);
        Assert.Equal(Health.Starting, process.Health);
        Until(() => process.HealthProblem is not null);
        Assert.Equal($"file:{_here.File("up")}: no such file or directory", process.HealthProblem);
        File.WriteAllText(_here.File("up"), "");
        Until(() => process.Health == Health.Healthy);
        Assert.Null(process.HealthProblem);
        Assert.Empty(_unhealthy);
        File.Delete(_here.File("up"));
        Until(() => process.Health == Health.Unhealthy);
        Assert.Equal(["up no such file or directory"], _unhealthy);
        File.WriteAllText(_here.File("up"), "");
        Until(() => process.Health == Health.Healthy);
        Assert.Equal(
            ["healthy", "unhealthy", "healthy"],
            _here.ActivityText.Split('\n').Where(line => line.Contains(" INFO ", StringComparison.Ordinal)).Select(line => line.Split(' ')[3].TrimEnd(':')));
    }

    [Fact]
    public void What_has_left_RUNNING_is_not_asked_any_more()
    {
        var process = Add("gone");
        _checks.Entered(process, ProcessState.Running);
        Until(() => process.HealthProblem is not null);
        _checks.Entered(process, ProcessState.Stopping);
        Assert.Equal((Health.None, null), (process.Health, process.HealthProblem));
        Assert.Null(_here.Loop.Alarms.Next);
    }

    [Fact]
    public void An_answer_that_comes_when_it_has_left_is_not_heard()
    {
        var process = Add("gone");
        _checks.Entered(process, ProcessState.Running);
        SupervisorStub.Put(process, ProcessState.Stopping);
        Until(() => _here.Loop.Alarms.Next is null);
        Assert.Null(process.HealthProblem);
    }

    [Fact]
    public void Nothing_is_asked_once_the_end_has_begun()
    {
        var (one, two) = (Add("one"), Add("two"));
        _checks.Entered(one, ProcessState.Running);
        _checks.End();
        _checks.Entered(two, ProcessState.Running);
        Assert.Null(_here.Loop.Alarms.Next);
        Assert.Equal((Health.None, Health.None), (one.Health, two.Health));
    }

    [Fact]
    public void A_start_forgets_why_it_was_stopped()
    {
        var process = Add("up");
        process.StoppedFor = "file:/x: no such file or directory";
        _checks.Entered(process, ProcessState.Stopped);
        Assert.NotNull(process.StoppedFor);
        _checks.Entered(process, ProcessState.Starting);
        Assert.Null(process.StoppedFor);
    }
}
