using Init.Os;
using Init.Output;
using Init.Processes;
using Init.XmlRpc;

namespace Init.Rpc;

/// <summary>Reading and clearing logs. A log without a file is read from what is kept in memory.</summary>
internal sealed class LogMethods(ISupervisor supervisor)
{
    private static readonly RpcParameter _name = new("string", "name", "name of the process, or `group:name`");
    private static readonly RpcParameter _offset = new("int", "offset", "first byte; negative for as many bytes at the end");
    private static readonly RpcParameter _length = new("int", "length", "number of bytes; 0 for all that follow");
    private static readonly RpcParameter _tailOffset = new("int", "offset", "first byte");
    private static readonly RpcParameter _tailLength = new("int", "length", "largest number of bytes");
    private static readonly (string, string) _true = ("boolean", "always true, unless it is a fault");
    private static readonly (string, string) _text = ("string", "bytes of the log");

    internal IEnumerable<RpcMethod> All()
    {
        foreach (var name in new[] { "readLog", "readMainLog" })
            yield return new(name, "Reads from the daemon's own log.", [_offset, _length], _text,
                (arguments, result) => ReadLog(supervisor.Activity, arguments.Number(0), arguments.Number(1), result));
        foreach (var (name, stream) in new[] { ("readProcessLog", "stdout"), ("readProcessStdoutLog", "stdout"), ("readProcessStderrLog", "stderr") })
            yield return new(name, $"Reads from the log of a process's {stream}.", [_name, _offset, _length], _text,
                (arguments, result) => ReadLog(Log(arguments.Text(0), stream), arguments.Number(1), arguments.Number(2), result));
        foreach (var (name, stream) in new[] { ("tailProcessLog", "stdout"), ("tailProcessStdoutLog", "stdout"), ("tailProcessStderrLog", "stderr") })
            yield return new(name,
                $"Reads from the log of a process's {stream} to follow it: where there is more than was asked\nfor, the last of it is read, and overflow says so.",
                [_name, _tailOffset, _tailLength], ("array", "bytes of the log, offset of its end, overflow"),
                (arguments, result) => TailLog(Log(arguments.Text(0), stream), arguments.Number(1), arguments.Number(2), result));

        yield return new("clearLog", "Empties the daemon's own log.", [], _true,
            (_, result) => ClearLog(result));
        foreach (var name in new[] { "clearProcessLog", "clearProcessLogs" })
            yield return new(name, "Empties the logs of a process's stdout and stderr.", [_name], _true,
                (arguments, result) => ClearProcessLogs(arguments.Text(0), result));
        yield return new("clearAllProcessLogs", "Empties the logs of every process.", [],
            ("array", "a struct of name, group, status and description for each process"),
            (_, _) => new EachProcess(supervisor.Groups.ByPriority, (_, process) => Clear(process)));
    }

    /// <summary>Null where stderr has no log of its own.</summary>
    private ProcessLog? Log(string name, string stream)
    {
        var process = Named.Process(supervisor, name);
        return stream == "stdout" ? process.Stdout : process.Stderr;
    }

    private LogRead? ReadLog(ILogSource? log, long offset, long length, XmlRpcWriter result)
    {
        _ = LogRange.OfRead(offset, length, 0); // what is wrong with these is wrong with any log
        switch (log)
        {
            case null:
                throw new RpcFault(FaultCode.NoFile);
            case { File: { } file }:
                return new LogRead(file, Range, supervisor.Loop,
                    (part, late) => (part ?? throw new RpcFault(FaultCode.NoFile, file)).Write(late));
            default:
                LogRead.Read(log.Ring, Range).Write(result);
                return null;
        }

        LogRange Range(long size) => LogRange.OfRead(offset, length, size);
    }

    private LogRead? TailLog(ProcessLog? log, long offset, long length, XmlRpcWriter result)
    {
        if (((ILogSource?)log)?.File is { } file)
            return new LogRead(file, Range, supervisor.Loop, Write);
        Write(log is null ? null : LogRead.Read(log.Ring, Range), result);
        return null;

        LogRange Range(long size) => LogRange.OfTail(offset, length, size);

        // No log is an empty one here.
        static void Write(LogRead.Part? part, XmlRpcWriter result)
        {
            result.BeginArray();
            if (part is null)
                result.String("");
            else
                part.Write(result);
            result.Integer(part?.Size ?? 0);
            result.Boolean(part?.Overflow ?? false);
            result.EndArray();
        }
    }

    private Deferred? ClearLog(XmlRpcWriter result)
    {
        if (((ILogSource)supervisor.Activity).File is { } file && GuardedFile.Status(file) is null)
            throw new RpcFault(FaultCode.NoFile);
        supervisor.Activity.Clear();
        return True(result);
    }

    private Deferred? ClearProcessLogs(string name, XmlRpcWriter result)
    {
        Clear(Named.Process(supervisor, name));
        return True(result);
    }

    private static Wait? Clear(Subprocess process)
    {
        process.ClearLogs();
        return null;
    }

    private static Deferred? True(XmlRpcWriter result)
    {
        result.Boolean(true);
        return null;
    }
}
