using System.Globalization;
using Init.Os;
using Init.XmlRpc;

namespace Init.Web;

/// <summary>Has a call done on the loop thread: its response is written; false when it failed unexpectedly.</summary>
internal delegate Task<bool> MethodCaller(XmlRpcCall call, XmlRpcWriter response);

/// <summary>What an action led to, in words for the page.</summary>
internal sealed record ActionResult(string Message, bool IsError = false);

/// <summary>
/// The page's actions, carried out as the calls that any client would make, and told in Supervisor's words (E-090 to E-092). `startall`
/// and `clearall` are ours, and so is that a whole group, `group:*`, can be started, stopped and restarted.
/// </summary>
internal sealed class PageActions(MethodCaller caller)
{
    /// <summary>Of the methods it calls.</summary>
    internal const string Namespace = "supervisor";

    /// <summary>Null for an action that does not exist, or that needs a process and names none (E-094).</summary>
    internal async Task<ActionResult?> RunAsync(string action, string? process) => action switch
    {
        "refresh" => At("Page refreshed"),
        "startall" => await AllAsync("All started", "startAllProcesses"),
        "stopall" => await AllAsync("All stopped", "stopAllProcesses"),
        "restartall" => await AllAsync("All restarted", "stopAllProcesses", "startAllProcesses"),
        "clearall" => await AllAsync("All logs cleared", "clearAllProcessLogs"),
        _ when string.IsNullOrEmpty(process) => null,
        "start" => await StartAsync(process, "started"),
        "stop" => await StopAsync(process),
        "restart" => await RestartAsync(process),
        "clearlog" => await ClearAsync(process),
        _ => null,
    };

    private static ActionResult At(string what) =>
        new($"{what} at {LocalClock.Now.ToString("ddd MMM d HH:mm:ss yyyy", CultureInfo.InvariantCulture)}");

    private async Task<ActionResult> AllAsync(string what, params string[] methods)
    {
        foreach (var method in methods)
            if (await TryAsync(method) is { } fault)
                return Unexpected(fault);
        return At(what);
    }

    private async Task<ActionResult> StartAsync(string process, string done)
    {
        if (await TryAsync("startProcess", process) is not { } fault)
            return new($"Process {process} {done}");
        return fault.Code == FaultCode.BadName ? Missing(process) : new($"ERROR: Process {process}: {Reason(fault)}", IsError: true);
    }

    private async Task<ActionResult> StopAsync(string process) => await TryAsync("stopProcess", process) switch
    {
        null => new($"Process {process} stopped"),
        { Code: FaultCode.BadName } => Missing(process),
        var fault => Unexpected(fault),
    };

    /// <summary>One that does not run is only started. That it then does not start is said, which Supervisor keeps to itself (E-092).</summary>
    private async Task<ActionResult> RestartAsync(string process)
    {
        await TryAsync("stopProcess", process);
        return await StartAsync(process, "restarted");
    }

    private async Task<ActionResult> ClearAsync(string process) => await TryAsync("clearProcessLogs", process) switch
    {
        null => new($"Log for {process} cleared"),
        { Code: FaultCode.BadName } => Missing(process),
        var fault => Unexpected(fault),
    };

    private static ActionResult Missing(string process) => new($"No such process named {process}", IsError: true);

    private static ActionResult Unexpected(RpcFault fault) => new($"unexpected rpc fault [{(int)fault.Code}] {fault.Message}", IsError: true);

    private static string Reason(RpcFault fault) => fault.Code switch
    {
        FaultCode.NoFile => "no such file",
        FaultCode.NotExecutable => "file not executable",
        FaultCode.AlreadyStarted => "already started",
        FaultCode.SpawnError => "spawn error",
        FaultCode.AbnormalTermination => "abnormal termination",
        _ => $"unexpected rpc fault [{(int)fault.Code}] {fault.Message}",
    };

    /// <summary>The fault that a call ends with, or null.</summary>
    private async Task<RpcFault?> TryAsync(string method, params XmlRpcValue[] parameters)
    {
        try
        {
            await CallAsync(method, parameters);
            return null;
        }
        catch (RpcFault fault)
        {
            return fault;
        }
    }

    /// <exception cref="RpcFault">The method refuses.</exception>
    internal async Task<XmlRpcValue> CallAsync(string method, params XmlRpcValue[] parameters)
    {
        var response = new XmlRpcWriter();
        if (!await caller(new XmlRpcCall($"{Namespace}.{method}", parameters), response))
            throw new InvalidOperationException($"{method} failed unexpectedly");
        return XmlRpcReader.ReadResponse(response.Written);
    }
}
