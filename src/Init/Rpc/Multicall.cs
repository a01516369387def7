using Init.Http;
using Init.Os;
using Init.XmlRpc;

namespace Init.Rpc;

/// <summary>Several calls in one, strictly one after the other: one that is deferred holds back those behind it .</summary>
internal sealed class Multicall(RpcTable table, IReadOnlyList<XmlRpcValue> calls) : Deferred
{
    internal const string Name = "system.multicall";

    /// <summary>Of the values together, in bytes; what is called beyond is FAILED. The faults that say so have room too.</summary>
    private static readonly int _mostValues = AnswerMemory.Logs.Most / 2;

    /// <summary>How many calls are made before others have their turn.</summary>
    private const int CallsInATurn = 50;

    // Of their own: the answer's buffer stays as it is until everything is known.
    private readonly XmlRpcWriter _values = new(AnswerMemory.Logs.Most);
    private bool _isFull;
    private int _next;
    private Deferred? _current;

    private static string TooMany => $"there is no memory for an answer with more than {_mostValues} bytes; ask for parts";

    /// <summary>At once, when there are calls left that need not wait.</summary>
    internal override TimeSpan? Deadline => _current is null ? TimeSpan.Zero : _current.Deadline;

    internal override bool Advance(XmlRpcWriter result)
    {
        var last = _next + CallsInATurn;
        while (_current is not null || _next < calls.Count)
        {
            if (_next == last && _current is null)
                return false;
            var before = _values.Length;
            try
            {
                _current ??= Begin(calls[_next++]);
                if (_current is not null && !_current.Advance(_values))
                    return false;
            }
            catch (RpcFault fault)
            {
                _values.Truncate(before);
                _values.Fault((int)fault.Code, fault.Message);
            }
            catch (Exception e) when (e is TooManyBytesException or OutOfMemoryException)
            {
                _isFull = true;
                _values.Truncate(before);
                _values.Fault((int)FaultCode.Failed, TooMany);
            }
            catch (Exception e)
            {
                _values.Truncate(before);
                _values.Fault((int)FaultCode.Failed, $"{FaultCode.Failed.Name()}: {e.GetType()}:{e.Message}");
            }
            _current = null;
        }
        result.BeginArray();
        result.Take(_values);
        result.EndArray();
        return true;
    }

    private Deferred? Begin(XmlRpcValue call)
    {
        if (_isFull || _values.Length > _mostValues)
            throw new RpcFault(FaultCode.Failed, TooMany);
        if (call is not XmlRpcStruct members || members.Find("methodName") is not XmlRpcString(var name))
            throw new RpcFault(FaultCode.IncorrectParameters, "No methodName");
        if (name == Name)
            throw new RpcFault(FaultCode.IncorrectParameters, "Recursive system.multicall forbidden");
        var parameters = members.Find("params") switch
        {
            null => [],
            XmlRpcArray(var items) => items,
            _ => throw new RpcFault(FaultCode.IncorrectParameters),
        };
        return table.Call(name, parameters, _values);
    }
}
