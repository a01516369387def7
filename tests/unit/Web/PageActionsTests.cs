using Init.Unit.Rpc;
using Init.Web;
using Init.XmlRpc;
using Xunit;

namespace Init.Unit.Web;

public class PageActionsTests
{
    private readonly List<string> _called = [];
    private readonly Dictionary<string, RpcFault> _faults = [];
    private readonly PageActions _actions;

    public PageActionsTests() => _actions = new PageActions((call, response) =>
    {
        _called.Add($"{call.MethodName}({string.Join(", ", call.Parameters.Select(Shown.Python))})");
        if (_faults.TryGetValue(call.MethodName, out var fault))
            response.FaultResponse((int)fault.Code, fault.Message);
        else
        {
            response.BeginResponse();
            response.Boolean(true);
            response.EndResponse();
        }
        return Task.FromResult(call.MethodName != "supervisor.clearAllProcessLogs");
    });

    private void Refuse(string method, FaultCode code, string? extra = null) => _faults[$"supervisor.{method}"] = new RpcFault(code, extra);

    [Theory] // E-090
    [InlineData("start", "Process g:a started", "supervisor.startProcess('g:a')")]
    [InlineData("stop", "Process g:a stopped", "supervisor.stopProcess('g:a')")]
    [InlineData("restart", "Process g:a restarted", "supervisor.stopProcess('g:a') supervisor.startProcess('g:a')")]
    [InlineData("clearlog", "Log for g:a cleared", "supervisor.clearProcessLogs('g:a')")]
    public async Task An_action_on_a_process_is_the_calls_that_any_client_would_make(string action, string message, string calls)
    {
        Assert.Equal(new ActionResult(message), await _actions.RunAsync(action, "g:a"));
        Assert.Equal(calls, string.Join(' ', _called));
    }

    [Theory] // E-090; the time is as in `Sat Nov 21 02:42:00 2026`
    [InlineData("refresh", "Page refreshed", "")]
    [InlineData("startall", "All started", "supervisor.startAllProcesses()")]
    [InlineData("stopall", "All stopped", "supervisor.stopAllProcesses()")]
    [InlineData("restartall", "All restarted", "supervisor.stopAllProcesses() supervisor.startAllProcesses()")]
    public async Task An_action_on_all_says_when_it_was_done(string action, string what, string calls)
    {
        var result = await _actions.RunAsync(action, null);
        Assert.Matches($@"^{what} at [A-Z][a-z]{{2}} [A-Z][a-z]{{2}} \d{{1,2}} \d\d:\d\d:\d\d \d{{4}}$", result!.Message);
        Assert.False(result.IsError);
        Assert.Equal(calls, string.Join(' ', _called));
    }

    [Theory] // E-094
    [InlineData("nope", "a")]
    [InlineData("", "a")]
    [InlineData("Start", "a")]
    [InlineData("start", null)]
    [InlineData("start", "")]
    [InlineData("clearlog", null)]
    public async Task What_is_no_action_does_nothing(string action, string? process)
    {
        Assert.Null(await _actions.RunAsync(action, process));
        Assert.Empty(_called);
    }

    [Theory] // E-091
    [InlineData((int)FaultCode.NoFile, "ERROR: Process a: no such file")]
    [InlineData((int)FaultCode.NotExecutable, "ERROR: Process a: file not executable")]
    [InlineData((int)FaultCode.AlreadyStarted, "ERROR: Process a: already started")]
    [InlineData((int)FaultCode.SpawnError, "ERROR: Process a: spawn error")]
    [InlineData((int)FaultCode.AbnormalTermination, "ERROR: Process a: abnormal termination")]
    [InlineData((int)FaultCode.ShutdownState, "ERROR: Process a: unexpected rpc fault [6] SHUTDOWN_STATE: x")]
    [InlineData((int)FaultCode.BadName, "No such process named a")]
    public async Task A_start_that_is_refused_says_why(int code, string message)
    {
        Refuse("startProcess", (FaultCode)code, "x");
        Assert.Equal(new ActionResult(message, IsError: true), await _actions.RunAsync("start", "a"));
        Assert.Equal(new ActionResult(message, IsError: true), await _actions.RunAsync("restart", "a"));
    }

    [Fact] // E-091
    public async Task Other_refusals_are_told_too()
    {
        Refuse("stopProcess", FaultCode.NotRunning, "a");
        Refuse("clearProcessLogs", FaultCode.BadName, "a");
        Refuse("stopAllProcesses", FaultCode.ShutdownState);
        Assert.Equal(new ActionResult("unexpected rpc fault [70] NOT_RUNNING: a", IsError: true), await _actions.RunAsync("stop", "a"));
        Assert.Equal(new ActionResult("No such process named a", IsError: true), await _actions.RunAsync("clearlog", "a"));
        _called.Clear();
        Assert.Equal(new ActionResult("unexpected rpc fault [6] SHUTDOWN_STATE", IsError: true), await _actions.RunAsync("restartall", null));
        Assert.Equal(["supervisor.stopAllProcesses()"], _called);
    }

    [Fact] // E-092
    public async Task A_restart_of_one_that_does_not_run_starts_it()
    {
        Refuse("stopProcess", FaultCode.NotRunning, "a");
        Assert.Equal(new ActionResult("Process a restarted"), await _actions.RunAsync("restart", "a"));
    }

    [Fact]
    public async Task A_call_that_fails_unexpectedly_is_no_result() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => _actions.RunAsync("clearall", null));
}
