using Init.Config;
using Init.Processes;
using Init.States;
using Init.Supervision;
using Init.Unit.Output;
using Init.Unit.Rpc;
using Xunit;

namespace Init.Unit.Supervision;

[Collection(OurStdout.Name)]
public sealed class StopPlanTests : IDisposable
{
    private readonly SupervisorStub _daemon = new();

    public void Dispose() => _daemon.Dispose();

    private void Group(string name, params ProcessConfig[] programs) => _daemon.Add(name, ProcessState.Stopped, programs);

    private static ProcessConfig Process(string name, params string[] needs) => SupervisorStub.Program(name, config => config with
    {
        Program = name,
        DependsOn = [.. needs.Select(need => new Dependency(need, DependencyCondition.Ready))],
    });

    private IReadOnlyList<StopStep> Plan() => StopPlan.Of(_daemon.Groups.All, new Dependencies(_daemon.Groups).NeedsOf);

    private IEnumerable<string> Steps() => Plan().Select(step => string.Join(' ', step.Processes.Select(process => process.Config.Name)));

    [Fact] // L-096, L-097
    public void Without_dependencies_a_group_is_a_step_the_last_first()
    {
        Group("a", Process("a1"), Process("a2"));
        Group("none");
        Group("b", Process("b"));
        Assert.Equal(["b", "a1 a2"], Steps());
    }

    [Fact]
    public void Those_that_depend_on_others_are_stopped_before_them()
    {
        Group("worker", Process("worker", "redis", "web:web1"));
        Group("web", Process("web1", "redis"), Process("web2"));
        Group("redis", Process("redis"));
        Assert.Equal(["web2", "worker", "web1", "redis"], Steps());
    }

    [Fact]
    public void A_circle_has_an_end()
    {
        Group("a", Process("a", "b"));
        Group("b", Process("b", "a"));
        Assert.Equal(["b", "a"], Steps());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20261121)]
    [InlineData(null)]
    public void In_random_graphs_everything_is_stopped_once_and_nothing_before_what_depends_on_it(int? seed)
    {
        var used = seed ?? Environment.TickCount;
        var random = new Random(used);
        var count = random.Next(2, 60);
        var order = Enumerable.Range(0, count).OrderBy(_ => random.Next()).ToArray();
        for (var n = 0; n < count; n++)
        {
            // Only on what is later in a random order: there is no circle, and it has nothing to do with the order of groups.
            var needs = Enumerable.Range(0, count).Where(other => order[other] > order[n] && random.Next(6) == 0).Select(other => $"p{other}");
            Group($"p{n}", Process($"p{n}", [.. needs]));
        }

        var plan = Plan();
        var stopped = new HashSet<string>();
        foreach (var step in plan)
        {
            foreach (var process in step.Processes)
                foreach (var dependent in _daemon.Groups.ByPriority.Where(other => other.Config.DependsOn.Any(need => need.Name == process.Config.Name)))
                    Assert.True(stopped.Contains(dependent.Config.Name), $"seed {used}: {process.Config.Name} is stopped before {dependent.Config.Name}");
            foreach (var process in step.Processes)
                Assert.True(stopped.Add(process.Config.Name), $"seed {used}: {process.Config.Name} is stopped twice");
        }
        Assert.Equal(count, stopped.Count);
    }
}
