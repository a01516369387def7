using Init.Config;
using Init.Os;
using Init.XmlRpc;

namespace Init.Ctl;

/// <summary>A call that got no usable answer.</summary>
/// <param name="pythonClass">The exception that Python's client raises there, which scripts may look for.</param>
internal class CallException(string pythonClass, string text) : Exception(text)
{
    internal string PythonClass => pythonClass;

    /// <summary>
    /// What Supervisor prints of an exception that no action expects (T-027), up to the place in its source that follows there.
    /// null for one that is our own bug.
    /// </summary>
    internal static string? Describe(Exception exception) => exception switch
    {
        CallException e => $"<class '{e.PythonClass}'>, {e.Message}",
        RpcFault e => $"<class 'xmlrpc.client.Fault'>, {FaultRepr(e)}",
        SyscallException e => $"<class '{ClassOf(e.Errno)}'>, [Errno {e.Errno}] {Errno.Text(e.Errno)}",
        NameLookupException e => $"<class 'socket.gaierror'>, [Errno {e.Code}] {e.Message}",
        XmlRpcException e => $"<class 'xml.parsers.expat.ExpatError'>, {e.Message}",
        _ => null,
    };

    internal static string FaultRepr(RpcFault fault) => $"<Fault {(int)fault.Code}: {PythonText.Repr(fault.Message)}>";

    internal static string ClassOf(int errno) => errno switch
    {
        Errno.ECONNREFUSED => "ConnectionRefusedError",
        Errno.ENOENT => "FileNotFoundError",
        Errno.EACCES or Errno.EPERM => "PermissionError",
        Errno.EPIPE => "BrokenPipeError",
        104 => "ConnectionResetError",
        103 => "ConnectionAbortedError",
        110 => "TimeoutError",
        _ => "OSError",
    };
}

/// <summary>An HTTP status that is not 200.</summary>
internal sealed class HttpStatusException(int status, string reason)
    : CallException("xmlrpc.client.ProtocolError", $"<ProtocolError for 127.0.0.1/RPC2: {status} {reason}>")
{
    internal int Status => status;
}

/// <summary>Ctrl-C, or another signal that a wait was interrupted by.</summary>
internal sealed class InterruptedException(int signal) : Exception
{
    internal int Signal => signal;

    /// <summary>It is to end the process, as it would have if nobody had waited for it.</summary>
    internal bool IsFatal => signal != Os.Signals.SIGINT;
}
