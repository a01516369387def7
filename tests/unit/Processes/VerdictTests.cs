using Init.Os;
using Init.Processes;
using Init.States;
using Init.Unit.Rpc;
using Init.Web;
using Xunit;

namespace Init.Unit.Processes;

/// <summary>What supervisorctl health, /healthz and /readyz say of each state.</summary>
public sealed class VerdictTests : IDisposable
{
    private readonly SupervisorStub _here = new();

    public void Dispose() => _here.Dispose();

    private Subprocess Add(ProcessState state, Func<ProcessStatus, ProcessStatus>? change = null, Func<Init.Config.ProcessConfig, Init.Config.ProcessConfig>? config = null)
    {
        var process = _here.Add($"p{_here.Groups.All.Count}", state, config);
        SupervisorStub.Put(process, state, change);
        return process;
    }

    private static void Is(Standing standing, string problem, Subprocess process) => Assert.Equal(new Verdict(standing, problem), Verdict.Of(process));

    [Fact]
    public void Of_each_state()
    {
        Is(Standing.Fine, "", Add(ProcessState.Running));
        Is(Standing.Fine, "", Add(ProcessState.Stopped));
        Is(Standing.Fine, "", Add(ProcessState.Stopping));
        Is(Standing.NotReady, "STARTING", Add(ProcessState.Starting));
        Is(Standing.NotReady, "STARTING not ready yet (fd:3)", Add(ProcessState.Starting, config: config => config with { ReadyWhen = new Init.Config.ReadyWhen.Descriptor(3) }));
        Is(Standing.NotReady, "BACKOFF not ready within 60 s", Add(ProcessState.Stopping, status => status with { FailedStart = "not ready within 60 s" }));
        Is(Standing.NotReady, "BACKOFF can't find command 'x'", Add(ProcessState.Backoff, status => status with { SpawnError = "can't find command 'x'" }));
        Is(Standing.Failed, "FATAL it depends on db, which is FATAL", Add(ProcessState.Fatal, status => status with { SpawnError = "it depends on db, which is FATAL" }));
        Is(Standing.Failed, "FATAL", Add(ProcessState.Fatal));
        Is(Standing.Failed, "UNKNOWN", Add(ProcessState.Unknown));
    }

    [Fact]
    public void Of_one_that_has_ended()
    {
        var never = (Init.Config.ProcessConfig config) => config with { AutoRestart = Init.Config.AutoRestart.Never };
        Is(Standing.Fine, "", Add(ProcessState.Exited, status => status with { Ended = WaitStatus.Exited(0) }, never));
        Is(Standing.Failed, "EXITED exit status 3", Add(ProcessState.Exited, status => status with { Ended = WaitStatus.Exited(3) }, never));
        Is(Standing.Failed, "EXITED terminated by SIGKILL", Add(ProcessState.Exited, status => status with { Ended = WaitStatus.Killed(9) }, never));
        Is(Standing.NotReady, "EXITED, about to be restarted", Add(ProcessState.Exited, status => status with { Ended = WaitStatus.Exited(3) }));
        Is(Standing.NotReady, "not completed yet", Add(ProcessState.Running, config: config => config with { OneShot = true }));
    }

    [Fact]
    public void Of_one_that_waits()
    {
        var waiting = Add(ProcessState.Stopped);
        waiting.WaitsFor = "redis:ready";
        Is(Standing.NotReady, "waiting for redis:ready", waiting);
        var restarting = Add(ProcessState.Stopping);
        restarting.IsToRestart = true;
        restarting.WaitsFor = "restart";
        Is(Standing.NotReady, "restarting", restarting);
    }

    [Fact]
    public void Of_its_health()
    {
        var process = Add(ProcessState.Running);
        process.HealthProblem = "tcp:localhost:80: connection refused";
        process.Health = Health.Starting;
        Is(Standing.NotReady, "not healthy yet: tcp:localhost:80: connection refused", process);
        process.Health = Health.Unhealthy;
        Is(Standing.Failed, "unhealthy: tcp:localhost:80: connection refused", process);
        process.Health = Health.Healthy; // a failure or two in a row are no problem
        Is(Standing.Fine, "", process);
    }

    [Theory]
    [InlineData(nameof(ProcessState.Stopped))]
    [InlineData(nameof(ProcessState.Stopping))]
    public void One_that_was_stopped_because_it_was_unhealthy_is_missed(string state)
    {
        var process = Add(Enum.Parse<ProcessState>(state));
        process.StoppedFor = "tcp:localhost:80: connection refused";
        Is(Standing.Failed, "stopped: unhealthy: tcp:localhost:80: connection refused", process);
    }

    [Fact]
    public void The_paths_tell_the_worst()
    {
        var paths = new HealthPaths(_here);
        Assert.Equal((true, true), (paths.IsAlive(), paths.IsReady()));
        Add(ProcessState.Running);
        var other = Add(ProcessState.Starting);
        Assert.Equal((true, false), (paths.IsAlive(), paths.IsReady()));
        SupervisorStub.Put(other, ProcessState.Fatal);
        Add(ProcessState.Running);
        Assert.Equal((false, false), (paths.IsAlive(), paths.IsReady()));
        _here.State = SupervisorState.Shutdown;
        Assert.Equal((true, false), (paths.IsAlive(), paths.IsReady()));
    }

    [Fact]
    public void They_are_told_to_supervisorctl()
    {
        _here.Add("web", ProcessState.Running);
        _here.Add("api", ProcessState.Fatal);
        Assert.Equal("[{'group': 'api', 'name': 'api', 'problem': 'FATAL'}, {'group': 'web', 'name': 'web', 'problem': ''}]"
            .Replace("'group'", "group").Replace("'name'", "name").Replace("'problem'", "problem"), _here.Call("init.getHealth").Python());
    }
}
