using Xunit;
using static Init.Unit.Output.Configurations;
using static Init.Unit.Output.OutputHarness;

namespace Init.Unit.Output;

public sealed class ProcessLogTests : IDisposable
{
    private readonly OutputHarness _here = new();

    public void Dispose() => _here.Dispose();

    [Fact]
    public void A_file_gets_the_bytes_as_they_are_and_successive_runs_append()
    {
        var (log, pipe) = _here.Program("x", To(_here.File("x.log")));
        Say(pipe, "no newline");
        _here.End(pipe);
        _here.Turns();
        pipe = _here.Run(log);
        Say(pipe, " yet\n");
        _here.Turns();
        Assert.Equal("no newline yet\n", File.ReadAllText(_here.File("x.log")));
    }

    [Fact]
    public void Dev_stdout_is_our_stdout_whatever_maxbytes_is()
    {
        var (_, pipe) = _here.Program("x", To("/dev/stdout", maxBytes: 10));
        Say(pipe, "a line longer than ten bytes\nand an unfinished one");
        _here.Turns();
        Assert.Equal("a line longer than ten bytes\n", _here.ReadStdout());
        _here.End(pipe);
        _here.Turns();
        Assert.Equal("and an unfinished one\n", _here.ReadStdout());
    }

    [Fact]
    public void An_activity_line_is_supervisors_line_on_stdout_and_in_the_file()
    {
        _here.Activity.Log(Config.LogLevel.Info, "spawned: '{x}' with pid 5");
        _here.Turn();
        Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO spawned: '\{x\}' with pid 5\n$", _here.ActivityText);
        Assert.Equal(_here.ActivityText, _here.ReadStdout());
    }
}
