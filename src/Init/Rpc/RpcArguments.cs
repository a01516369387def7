using System.Globalization;
using Init.Config;
using Init.XmlRpc;

namespace Init.Rpc;

/// <summary>
/// The parameters of a call, as the method wants them. What Python would take for a number or a truth is taken; what it would fail on
/// with HTTP 500 is a fault here (R-016, R-070).
/// </summary>
internal readonly struct RpcArguments(IReadOnlyList<XmlRpcValue> values)
{
    internal int Count => values.Count;

    internal XmlRpcValue this[int index] => values[index];

    internal string Text(int index) => values[index] is XmlRpcString(var text) ? text : throw new RpcFault(FaultCode.IncorrectParameters);

    /// <summary>A number, the digits of one, or a double without its fraction (R-068).</summary>
    internal long Number(int index) => values[index] switch
    {
        XmlRpcInteger(var number) => number,
        XmlRpcBoolean(var truth) => truth ? 1 : 0,
        XmlRpcDouble(var number) when double.IsFinite(number) => (long)Math.Clamp(number, long.MinValue, long.MaxValue),
        XmlRpcString(var text) when PythonText.TryInteger(text, 10, out var number, out _) => number,
        _ => throw new RpcFault(FaultCode.IncorrectParameters),
    };

    /// <summary>Python's truth of a value; true where the parameter is left out.</summary>
    internal bool TruthOrDefault(int index) => index >= values.Count || values[index] switch
    {
        XmlRpcBoolean(var truth) => truth,
        XmlRpcInteger(var number) => number != 0,
        XmlRpcDouble(var number) => number != 0,
        XmlRpcString(var text) => text.Length > 0,
        XmlRpcArray(var items) => items.Count > 0,
        XmlRpcStruct(var members) => members.Count > 0,
        XmlRpcNil => false,
        _ => true,
    };

    /// <summary>As Python would print them, for the fault that quotes one (R-081).</summary>
    public override string ToString() => string.Join(", ", values.Select(value => value switch
    {
        XmlRpcString(var text) => PythonText.Repr(text),
        XmlRpcInteger(var number) => number.ToString(CultureInfo.InvariantCulture),
        XmlRpcBoolean(var truth) => truth ? "True" : "False",
        XmlRpcDouble(var number) => number.ToString("R", CultureInfo.InvariantCulture),
        XmlRpcNil => "None",
        XmlRpcArray => "[...]",
        _ => "{...}",
    }));
}
