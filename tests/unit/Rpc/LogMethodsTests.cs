using Init.States;
using Init.Unit.Output;
using Init.XmlRpc;
using Xunit;

namespace Init.Unit.Rpc;

public sealed class LogMethodsTests : IDisposable
{
    private readonly SupervisorStub _here = new();

    public void Dispose() => _here.Dispose();

    private void Put(string name, string? stdout = null, string? stderr = null) => _here.Add(name, ProcessState.Stopped, config => config with
    {
        Stdout = Configurations.To(stdout),
        Stderr = Configurations.To(stderr),
        Output = Configurations.Lines(ring: 16),
    });

    private string Log(string text)
    {
        File.WriteAllText(_here.File("out.log"), text);
        return _here.File("out.log");
    }

    [Fact] // R-068, R-069, R-071
    public void A_log_is_read_under_each_of_its_names()
    {
        Put("a", stdout: Log("hello\n"));
        foreach (var method in new[] { "readProcessLog", "readProcessStdoutLog" })
            Assert.Equal("'llo\n'", _here.Call($"supervisor.{method}", "a", 2, 0).Python());
        Put("b", stderr: _here.File("out.log"));
        Assert.Equal("'o\n'", _here.Call("supervisor.readProcessStderrLog", "b", -2, 0).Python());
        foreach (var method in new[] { "readLog", "readMainLog" })
            Assert.EndsWith("'\n'", _here.Call($"supervisor.{method}", -1, 0).Python(), StringComparison.Ordinal);
    }

    [Theory] // R-068
    [InlineData("2", "0")]
    [InlineData(" 2 ", "0")]
    public void Numbers_may_be_their_digits(string offset, string length)
    {
        Put("a", stdout: Log("hello\n"));
        Assert.Equal("'llo\n'", _here.Call("supervisor.readProcessLog", "a", offset, length).Python());
        Assert.Equal("'llo\n'", _here.Call("supervisor.readProcessLog", "a", new XmlRpcDouble(2.9), new XmlRpcDouble(0.5)).Python());
    }

    [Fact] // R-068, R-069
    public void What_cannot_be_read_is_a_fault()
    {
        Put("a", stdout: _here.File("missing"), stderr: _here.File(""));
        Assert.Equal("BAD_ARGUMENTS", _here.Fault("supervisor.readProcessLog", "a", -1, 1));
        Assert.Equal("BAD_ARGUMENTS", _here.Fault("supervisor.readLog", 0, -1));
        Assert.Equal($"NO_FILE: {_here.File("missing")}", _here.Fault("supervisor.readProcessLog", "a", 0, 0));
        Assert.Equal("FAILED", _here.Fault("supervisor.readProcessStderrLog", "a", 0, 10)); // a directory
    }

    [Fact] // R-074, R-076, R-077
    public void A_tail_is_text_end_and_overflow()
    {
        Put("a", stdout: Log("hello\n"), stderr: _here.File("missing"));
        foreach (var method in new[] { "tailProcessLog", "tailProcessStdoutLog" })
            Assert.Equal("['lo\n', 6, True]", _here.Call($"supervisor.{method}", "a", 0, 3).Python());
        Assert.Equal("['', 0, False]", _here.Call("supervisor.tailProcessStderrLog", "a", 0, 3).Python());
    }

    [Fact] // where Supervisor has no log at all: R-069's NO_FILE
    public void A_log_without_a_file_is_read_from_memory_by_the_same_numbers()
    {
        Put("a");
        var log = _here.Groups.Find("a")!.Processes[0].Stdout;
        log.Ring.Append("0123456789abcdefghij"u8); // 20, of which the last 16 are kept
        Assert.Equal("'456789abcdefghij'", _here.Call("supervisor.readProcessLog", "a", 0, 0).Python());
        Assert.Equal("'45'", _here.Call("supervisor.readProcessLog", "a", 2, 4).Python());
        Assert.Equal("''", _here.Call("supervisor.readProcessLog", "a", 1, 3).Python());
        Assert.Equal("'hij'", _here.Call("supervisor.readProcessLog", "a", -3, 0).Python());
        Assert.Equal("''", _here.Call("supervisor.readProcessLog", "a", 21, 5).Python());
        Assert.Equal("''", _here.Call("supervisor.readProcessLog", "a", long.MaxValue, long.MaxValue).Python());
        Assert.Equal("['ij', 20, True]", _here.Call("supervisor.tailProcessLog", "a", 0, 2).Python());
        Assert.Equal("['', 0, False]", _here.Call("supervisor.tailProcessStderrLog", "a", 0, 2).Python());
    }

    [Fact] // R-078
    public void The_daemon_s_log_is_cleared_if_it_is_there()
    {
        Assert.Equal("True", _here.Call("supervisor.clearLog").Python());
        Assert.DoesNotContain("clearLog()\n", _here.ActivityText, StringComparison.Ordinal);
        File.Delete(_here.ActivityFile);
        Assert.Equal("NO_FILE", _here.Fault("supervisor.clearLog"));
    }

    [Fact] // R-079, R-080
    public void Logs_of_processes_are_cleared()
    {
        Put("a", stdout: Log("hello\n"));
        Assert.Equal("True", _here.Call("supervisor.clearProcessLog", "a").Python());
        Assert.Equal("", File.ReadAllText(_here.File("out.log")));
        Assert.Equal("[{name: 'a', group: 'a', status: 80, description: 'OK'}]", _here.Call("supervisor.clearAllProcessLogs").Python());
    }
}
