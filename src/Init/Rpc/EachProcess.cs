using Init.Processes;
using Init.XmlRpc;

namespace Init.Rpc;

/// <summary>
/// One deed for several processes, all at once; the answer is an array of what became of each: first those that needed no
/// wait, then the others as they end.
/// </summary>
internal sealed class EachProcess : Deferred
{
    private readonly List<(Subprocess Process, FaultCode Status, string Description)> _results = [];
    private readonly List<(Subprocess Process, Wait Wait)> _waits = [];

    /// <param name="deed">Does it to a process by its namespec; returns what to wait for, if anything.</param>
    internal EachProcess(IEnumerable<Subprocess> processes, Func<string, Subprocess, Wait?> deed)
    {
        foreach (var process in processes)
            try
            {
                if (deed(process.Namespec, process) is { } wait)
                    _waits.Add((process, wait));
                else
                    _results.Add((process, FaultCode.Success, "OK"));
            }
            catch (RpcFault fault)
            {
                _results.Add((process, fault.Code, fault.Message));
            }
    }

    internal override TimeSpan? Deadline
    {
        get
        {
            TimeSpan? earliest = null;
            foreach (var (_, wait) in _waits)
                if (wait.Deadline is { } at && (earliest is null || at < earliest))
                    earliest = at;
            return earliest;
        }
    }

    internal override bool Advance(XmlRpcWriter result)
    {
        for (var i = 0; i < _waits.Count;)
            if (IsOver(_waits[i].Process, _waits[i].Wait))
                _waits.RemoveAt(i);
            else
                i++;
        if (_waits.Count > 0)
            return false;

        result.BeginArray();
        foreach (var (process, status, description) in _results)
        {
            result.BeginStruct();
            result.Member("name"u8, process.Config.Name);
            result.Member("group"u8, process.Group);
            result.Member("status"u8, (int)status);
            result.Member("description"u8, description);
            result.EndStruct();
        }
        result.EndArray();
        return true;
    }

    private bool IsOver(Subprocess process, Wait wait)
    {
        try
        {
            if (!wait.IsOver())
                return false;
            _results.Add((process, FaultCode.Success, "OK"));
        }
        catch (RpcFault fault)
        {
            _results.Add((process, fault.Code, fault.Message));
        }
        return true;
    }
}
