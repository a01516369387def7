using System.Collections.Concurrent;
using Init.Http;
using Init.XmlRpc;

namespace Init.Rpc;

/// <summary>How large an answer may become, as far as can be said before the call is made: large ones wait for their turn.</summary>
internal sealed class ExpectedAnswers
{
    /// <summary>Of a log's part, what is not its text.</summary>
    private const int Frame = 1024;

    /// <summary>Several calls in one may have so many ordinary answers without being large.</summary>
    private const int MostOrdinary = 4;

    // Of the methods whose answers were large: they have as many bytes as there are programs, and that does not change much.
    private readonly ConcurrentDictionary<string, int> _large = [];

    /// <summary>What it has to take its share of before it is made, and how much; null for an ordinary one.</summary>
    internal (AnswerMemory Memory, long Bytes)? Of(XmlRpcCall call)
    {
        if (call.MethodName == Multicall.Name)
            return TogetherOf(call) is var all && all > MostOrdinary * (long)AnswerMemory.Logs.Ordinary ? (AnswerMemory.Logs, all) : null;
        if (LogOf(call) is { } log)
            return log > AnswerMemory.Logs.Ordinary ? (AnswerMemory.Logs, Frame + log) : null;
        return _large.TryGetValue(call.MethodName, out var last) ? (AnswerMemory.Lists, last) : null;
    }

    /// <summary>To be told how large each has become.</summary>
    internal void Learn(XmlRpcCall call, int bytes)
    {
        if (bytes > AnswerMemory.Lists.Ordinary && call.MethodName != Multicall.Name)
            _large[call.MethodName] = bytes;
        else if (!_large.IsEmpty)
            _large.TryRemove(call.MethodName, out _);
    }

    private long TogetherOf(XmlRpcCall multicall)
    {
        var all = 0L;
        if (multicall.Parameters is [XmlRpcArray(var calls)])
            foreach (var item in calls)
                all += Of(item);
        return all;
    }

    private long Of(XmlRpcValue item)
    {
        if (item is not XmlRpcStruct members || members.Find("methodName") is not XmlRpcString(var name))
            return Frame;
        var call = new XmlRpcCall(name, members.Find("params") is XmlRpcArray(var parameters) ? parameters : []);
        if (LogOf(call) is { } log)
            return Frame + log;
        if (_large.TryGetValue(name, out var last))
            return last;
        // A list of which nothing is known but that it was never large.
        return name.Contains("All", StringComparison.Ordinal) || name.Contains("Group", StringComparison.Ordinal)
            ? AnswerMemory.Lists.Ordinary / 4
            : Frame;
    }

    /// <summary>The most that a part of a log may have; null when that is not what is asked for.</summary>
    private static long? LogOf(XmlRpcCall call) => call.MethodName[(call.MethodName.IndexOf('.', StringComparison.Ordinal) + 1)..] switch
    {
        "readLog" or "readMainLog" => ReadOf(call.Parameters, 0),
        "readProcessLog" or "readProcessStdoutLog" or "readProcessStderrLog" => ReadOf(call.Parameters, 1),
        "tailProcessLog" or "tailProcessStdoutLog" or "tailProcessStderrLog" =>
            call.Parameters is [_, _, XmlRpcInteger(var length)] ? Math.Clamp(length, 0, LogRead.Most) : LogRead.Most,
        _ => null,
    };

    /// <summary>A few bytes at the end, or a few from somewhere.</summary>
    private static long ReadOf(IReadOnlyList<XmlRpcValue> parameters, int first) =>
        parameters.Count != first + 2 ? LogRead.Most : (parameters[first], parameters[first + 1]) switch
        {
            (XmlRpcInteger(< 0 and var end), _) => Math.Min(-Math.Max(end, -LogRead.Most), LogRead.Most),
            (_, XmlRpcInteger(> 0 and var length)) => Math.Min(length, LogRead.Most),
            _ => LogRead.Most,
        };
}
