using Init.Config;
using Init.Processes;
using Init.States;
using Init.Unit.Rpc;
using Xunit;

namespace Init.Unit.Processes;

public sealed class ProcessGroupsTests : IDisposable
{
    private readonly SupervisorStub _here = new();

    public void Dispose() => _here.Dispose();

    private static ProcessConfig Program(string name, int priority) => SupervisorStub.Program(name, config => config with { Priority = priority });

    private static ProcessGroup Empty(string name, int priority) =>
        new(new GroupConfig { Name = name, Priority = priority, Kind = GroupKind.Programs, Processes = [] }, [], []);

    [Fact]
    public void A_group_that_comes_goes_behind_those_of_its_priority()
    {
        var groups = new ProcessGroups([Empty("a", 1), Empty("b", 5), Empty("c", 9)]);
        groups.Add(Empty("five", 5));
        groups.Add(Empty("zero", 0));
        groups.Add(Empty("ten", 10));
        Assert.Equal(["zero", "a", "b", "five", "c", "ten"], groups.All.Select(group => group.Config.Name));
        groups.Remove(groups.Find("b")!);
        Assert.Equal(["a", "c", "five", "zero", "ten"], groups.Arrivals.Select(group => group.Config.Name));
    }

    [Fact]
    public void Processes_are_in_the_order_of_priority_of_group_then_their_own()
    {
        _here.Add("g", ProcessState.Stopped, Program("x", 2), Program("y", 1), Program("z", 2));
        _here.Add("f", ProcessState.Stopped, Program("w", 9));
        Assert.Equal(["g:y", "g:x", "g:z", "f:w"], _here.Groups.ByPriority.Select(process => process.Namespec));
    }

    [Fact] // by code points
    public void By_name_they_are_in_the_order_of_both_names_also_after_changes()
    {
        _here.Add("b", ProcessState.Stopped, Program("x", 1), Program("X", 1), Program("\u00e9", 1));
        _here.Add("B", ProcessState.Stopped, Program("a", 1));
        Assert.Equal(["B:a", "b:X", "b:x", "b:\u00e9"], Names());
        var late = _here.Add("a", ProcessState.Stopped, Program("z", 1));
        Assert.Equal(["B:a", "a:z", "b:X", "b:x", "b:\u00e9"], Names());
        _here.Groups.Remove(late);
        Assert.Equal(["B:a", "b:X", "b:x", "b:\u00e9"], Names());
        Assert.Null(_here.Groups.Find("a"));

        string[] Names() => [.. _here.Groups.ByName.ToArray().Select(process => process.Namespec)];
    }

    [Fact]
    public void They_are_stopped_when_each_process_is()
    {
        var group = _here.Add("g", ProcessState.Exited, Program("x", 1), Program("y", 1));
        _here.Add("h", ProcessState.Fatal, Program("x", 1));
        Assert.True(_here.Groups.AreGone);
        SupervisorStub.Put(group.Processes[1], ProcessState.Stopping);
        Assert.False(_here.Groups.AreGone);
    }

    [Fact]
    public void The_logs_of_a_removed_group_are_at_their_end()
    {
        var group = _here.Add("g", ProcessState.Stopped, Program("x", 1));
        _here.Groups.Remove(group);
        Assert.True(group.Processes[0].Stdout.IsClosed);
        Assert.True(group.Processes[0].Stderr!.IsClosed);
    }

    [Theory]
    [InlineData("p", "p", "p")]
    [InlineData("p:p", "p", "p")]
    [InlineData("g:x", "g", "x")]
    [InlineData("g:*", "g", null)]
    [InlineData("g:", "g", null)]
    [InlineData("p:*", "p", null)]
    [InlineData("g:a:b", "g", "a:b")]
    [InlineData("*:*", null, null)]
    [InlineData("x", null, null)]
    [InlineData("g", null, null)]
    [InlineData("*", null, null)]
    [InlineData("", null, null)]
    [InlineData(":p", null, null)]
    [InlineData("G:x", null, null)]
    [InlineData("g:x ", null, null)]
    public void A_name_means_a_process_or_all_of_a_group(string name, string? group, string? process)
    {
        _here.Add("p", ProcessState.Stopped, Program("p", 1));
        _here.Add("g", ProcessState.Stopped, Program("x", 1), Program("a:b", 1));
        var found = Namespec.Find(_here.Groups, name);
        Assert.Equal((group, process), (found?.Group.Config.Name, found?.Process?.Config.Name));
    }
}
