using System.Globalization;
using Init.Output;
using Init.XmlRpc;

namespace Init.Ctl;

/// <summary>`status --json`: an array of what getAllProcessInfo tells of each process, with its names and types.</summary>
internal static class JsonStatus
{
    internal static string Of(IEnumerable<XmlRpcValue> processes) => $"[{string.Join(",\n ", processes.Select(Value))}]";

    private static string Value(XmlRpcValue value) => value switch
    {
        XmlRpcStruct(var members) => $"{{{string.Join(", ", members.ToList().ConvertAll(member => $"{JsonText.Quote(member.Key)}: {Value(member.Value)}"))}}}",
        XmlRpcArray(var items) => $"[{string.Join(", ", items.Select(Value))}]",
        XmlRpcInteger(var number) => number.ToString(CultureInfo.InvariantCulture),
        XmlRpcBoolean(var truth) => truth ? "true" : "false",
        XmlRpcString(var text) => JsonText.Quote(text),
        _ => "null",
    };
}
