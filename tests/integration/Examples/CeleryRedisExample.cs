using System.Text.RegularExpressions;
using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Examples;

public sealed class CeleryRedisImage() : ExampleImage("celery-redis");

/// <summary>The main job: Celery, its beat and Redis, run for real.</summary>
public sealed class CeleryRedisExample(ITestOutputHelper output, CeleryRedisImage image) : DaemonTest(output), IClassFixture<CeleryRedisImage>
{
    private static readonly TimeSpan _minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_runs_tasks_survives_the_death_of_Redis_and_stops_warmly(bool terminal)
    {
        var daemon = Start(new Launch
        {
            Place = Place.Container,
            Streams = terminal ? Streams.Terminal : Streams.Pipes,
            Image = image.Name,
            // The image as its users run it: its own binary and command.
            Bare = true,
        });

        // Started in the order of their priorities: 998, 999, 1000.
        daemon.WaitForLine("spawned: 'celery' with pid", timeout: _minute);
        Assert.Equal(
            ["redis", "celerybeat", "celery"],
            daemon.Output.Lines.Select(line => Regex.Match(line, "spawned: '(.*)' with pid")).Where(match => match.Success).Select(match => match.Groups[1].Value).Take(3));

        // Which is also the order of what they need.
        daemon.WaitForLine(@"success: celery entered RUNNING state, it is ready \(log:celery@\\S\+ ready\)", timeout: _minute);
        var lines = daemon.Output.Lines.ToList();
        Assert.InRange(
            lines.FindIndex(line => line.Contains("success: redis entered RUNNING state, it is ready (notify)", StringComparison.Ordinal)),
            0, lines.FindIndex(line => line.Contains("spawned: 'celerybeat'", StringComparison.Ordinal)));

        // Beat's task, done by the worker.
        daemon.WaitForLine("Sending due task tick", timeout: _minute);
        daemon.WaitForLine(@"Task tasks\.tick\[.*\] succeeded in .*: 42", timeout: _minute);
        foreach (var program in new[] { "redis", "celerybeat", "celery" })
            daemon.WaitForLine($"success: {program} entered RUNNING state", timeout: _minute);

        daemon.WaitForLine(@"healthy: celery \(command:.* inspect ping ", timeout: _minute);
        daemon.WaitUntil(() => Engine.HealthOf(daemon.Container).StartsWith("healthy ", StringComparison.Ordinal), "the container is healthy", _minute);

        var old = daemon.PidOf("redis");
        daemon.Kill("redis", Signum.SIGKILL);
        daemon.WaitForLine(@"WARN exited: redis \(terminated by SIGKILL; not expected\)");
        daemon.WaitForLine("spawned: 'redis' with pid", 2);
        Assert.NotEqual(old, daemon.PidOf("redis"));
        var done = daemon.Output.Lines.Count(line => line.Contains("succeeded in", StringComparison.Ordinal));
        daemon.WaitForLine(@"Task tasks\.tick\[.*\] succeeded in .*: 42", done + 1, _minute);

        // Its worker has not been started again for it: what it depends on is asked at a start.
        daemon.WaitForLine(@"success: redis entered RUNNING state, it is ready \(notify\)", 2);
        Assert.Single(daemon.Output.Lines, line => line.Contains("spawned: 'celery' with pid", StringComparison.Ordinal));

        // Stopped by the engine, in the order the other way round, and not one of them killed.
        Assert.DoesNotContain(daemon.Processes(), process => process.State == "Z");
        using var stop = Child.Start([Engine.Command, "stop", "--time", "60", daemon.Container], environment: Child.InheritedEnvironment());
        Assert.Equal(ExitStatus.Exited(0), stop.WaitForExit(TimeSpan.FromSeconds(70)));
        Assert.Equal(ExitStatus.Exited(0), daemon.WaitForExit());
        daemon.WaitForLine("worker: Warm shutdown");
        Assert.Equal(
            ["celery", "celerybeat", "redis"],
            daemon.Output.Lines.Select(line => Regex.Match(line, @"stopped: (\S+) \(")).Where(match => match.Success).Select(match => match.Groups[1].Value));
        Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains("with SIGKILL", StringComparison.Ordinal));
        Assert.DoesNotContain("StopSignal SIGTERM failed to stop", stop.Error.ToString(), StringComparison.Ordinal);
    }
}
