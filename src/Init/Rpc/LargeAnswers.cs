using Init.XmlRpc;

namespace Init.Rpc;

/// <summary>
/// Answers that may have megabytes are made and sent a few at a time, and their memory is given back afterwards: a large log must not
/// make a container run out of memory, however many ask for it.
/// </summary>
internal static class LargeAnswers
{
    private const int AtOnce = 2;

    /// <summary>A part of a log up to this many bytes is nothing special.</summary>
    private const long Ordinary = 256 * 1024;

    /// <summary>Of such parts in one multicall.</summary>
    private const int MostOrdinary = 4;

    /// <summary>Far longer than a thread needs to leave what it called.</summary>
    private static readonly TimeSpan _quiet = TimeSpan.FromMilliseconds(250);

    private static readonly SemaphoreSlim _slots = new(AtOnce);
    private static readonly Timer _onceQuiet = new(static _ => GiveBack(), null, Timeout.Infinite, Timeout.Infinite);

    internal static bool MayBeLarge(XmlRpcCall call)
    {
        var name = call.MethodName[(call.MethodName.IndexOf('.', StringComparison.Ordinal) + 1)..];
        if (call.MethodName == Multicall.Name)
            return call.Parameters is [XmlRpcArray(var calls)] && (calls.Any(MayBeLarge) || calls.Count(IsOfLog) > MostOrdinary);
        return name switch
        {
            "readLog" or "readMainLog" => !IsOrdinary(call.Parameters, 0),
            "readProcessLog" or "readProcessStdoutLog" or "readProcessStderrLog" => !IsOrdinary(call.Parameters, 1),
            "tailProcessLog" or "tailProcessStdoutLog" or "tailProcessStderrLog" =>
                call.Parameters is not [_, _, XmlRpcInteger(<= Ordinary)],
            _ => false,
        };
    }

    private static bool MayBeLarge(XmlRpcValue call) =>
        call is XmlRpcStruct members && members.Find("methodName") is XmlRpcString(var name) && name != Multicall.Name
        && MayBeLarge(new XmlRpcCall(name, members.Find("params") is XmlRpcArray(var parameters) ? parameters : []));

    private static bool IsOfLog(XmlRpcValue call) =>
        call is XmlRpcStruct members && members.Find("methodName") is XmlRpcString(var name) && name.EndsWith("Log", StringComparison.Ordinal);

    /// <summary>A few bytes at the end, or a few from somewhere.</summary>
    private static bool IsOrdinary(IReadOnlyList<XmlRpcValue> parameters, int first) =>
        parameters.Count == first + 2 && (parameters[first], parameters[first + 1]) is
            (XmlRpcInteger(< 0 and >= -Ordinary), _) or (_, XmlRpcInteger(> 0 and <= Ordinary));

    /// <summary>Waits for its turn, which lasts until the returned is disposed of.</summary>
    internal static async Task<IDisposable> EnterAsync(CancellationToken gone)
    {
        await _slots.WaitAsync(gone);
        return new Turn();
    }

    /// <summary>Otherwise it would stay ours for long: the collector has no reason to look for it.</summary>
    private static void GiveBack() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    private sealed class Turn : IDisposable
    {
        // From an empty stack, on which nothing refers to the answer. The thread that sent it may not have left it yet, and then it
        // survives: after the last one it is looked for again.
        public void Dispose() => ThreadPool.UnsafeQueueUserWorkItem(static _ =>
        {
            GiveBack();
            _onceQuiet.Change(_quiet, Timeout.InfiniteTimeSpan);
            _slots.Release();
        }, null);
    }
}
