using Init.Os;
using Init.Processes;
using Init.Unit.Output;
using Xunit;

namespace Init.Unit.Processes;

/// <summary>The time that a command beside a program has.</summary>
public sealed class SideCommandTests : IDisposable
{
    private readonly OutputHarness _here = new(echo: false);
    private readonly Reports _reports = new();
    private readonly List<SideResult> _told = [];

    public void Dispose()
    {
        foreach (var command in _reports.Beside)
            command.Abandon();
        foreach (var (pid, child) in _reports.Pids)
            Reap(pid, child);
        _here.Dispose();
    }

    [Fact]
    public void After_it_is_abandoned_nothing_of_it_is_left_that_could_signal_its_pid_later()
    {
        var command = Run("exec sleep 600");
        Assert.NotNull(_here.Loop.Alarms.Next);
        command.Abandon();
        Assert.Null(_here.Loop.Alarms.Next);
        Assert.Empty(_told);
    }

    [Fact]
    public void It_can_be_given_less_time_and_not_more()
    {
        var command = Run("exec sleep 600");
        command.EndBy(Clock.Now + TimeSpan.FromDays(1));
        Assert.True(_here.Loop.Alarms.Next < Clock.Now + TimeSpan.FromMinutes(2));
        command.EndBy(Clock.Now + TimeSpan.FromMilliseconds(20));
        var deadline = Clock.Now + TimeSpan.FromSeconds(20);
        while (_told.Count == 0 && Clock.Now < deadline)
            _here.Loop.Turn(_here.Loop.Alarms.Next);
        Assert.Matches(@"^it did not end within 0\.\d+ s$", Assert.Single(_told).Problem);
    }

    [Fact]
    public void The_last_of_what_it_says_is_kept()
    {
        Run("yes | head -c 50000; printf 'the end'"); // a pipe holds that
        var (pid, child) = _reports.Pids.Single();
        _reports.Pids.Clear();
        Reap(pid, child);
        var said = Assert.Single(_told).Said;
        Assert.EndsWith("y\ny\nthe end", said, StringComparison.Ordinal);
        Assert.InRange(said.Length, 500, 512);
    }

    private SideCommand Run(string script) => SideCommand.Run(_reports, _here.Loop, new SpawnRequest
    {
        Path = "/bin/sh",
        Arguments = ["sh", "-c", script],
        Environment = ["PATH=/usr/bin:/bin"],
    }, TimeSpan.FromMinutes(1), _told.Add);

    private static void Reap(int pid, IChild child) => child.Reaped(Children.WaitFor(pid));
}
