using System.Globalization;
using System.Text;
using Init.Output;
using Init.XmlRpc;

namespace Init.Ctl;

/// <summary>`status --json`: an array of what getAllProcessInfo tells of each process, with its names and types.</summary>
internal static class JsonStatus
{
    internal static string Of(IEnumerable<XmlRpcValue> processes) => $"[{string.Join(",\n ", processes.Select(Value))}]";

    private static string Value(XmlRpcValue value) => value switch
    {
        XmlRpcStruct(var members) => $"{{{string.Join(", ", members.Select(member => $"{Text(member.Key)}: {Value(member.Value)}"))}}}",
        XmlRpcArray(var items) => $"[{string.Join(", ", items.Select(Value))}]",
        XmlRpcInteger(var number) => number.ToString(CultureInfo.InvariantCulture),
        XmlRpcBoolean(var truth) => truth ? "true" : "false",
        XmlRpcString(var text) => Text(text),
        _ => "null",
    };

    private static string Text(string text)
    {
        var escaped = new ByteQueue();
        JsonText.AppendEscaped(escaped, Encoding.UTF8.GetBytes(text));
        return $"\"{Encoding.UTF8.GetString(escaped.Unread)}\"";
    }
}
