using Init.XmlRpc;

namespace Init.Ctl;

/// <summary>Takes results apart. A result of another shape than the method's is an error of the call.</summary>
internal static class Reply
{
    internal static string Text(this XmlRpcValue value) => value is XmlRpcString(var text) ? text : throw Unexpected(value);

    internal static long Number(this XmlRpcValue value) => value is XmlRpcInteger(var number) ? number : throw Unexpected(value);

    internal static IReadOnlyList<XmlRpcValue> Items(this XmlRpcValue value) => value is XmlRpcArray(var items) ? items : throw Unexpected(value);

    /// <summary>A member that need not be there.</summary>
    internal static XmlRpcValue? Find(this XmlRpcValue value, string name) => (value as XmlRpcStruct)?.Find(name);

    internal static XmlRpcValue Member(this XmlRpcValue value, string name) =>
        (value as XmlRpcStruct)?.Find(name) ?? throw new CallException("KeyError", $"'{name}'");

    internal static string Text(this XmlRpcValue value, string name) => value.Member(name).Text();

    internal static long Number(this XmlRpcValue value, string name) => value.Member(name).Number();

    /// <summary>Python's truth of a boolean or a number.</summary>
    internal static bool IsTrue(this XmlRpcValue value, string name) => value.Member(name) is XmlRpcBoolean(true) or XmlRpcInteger(not 0);

    /// <summary>The `group` and `name` of a process's struct.</summary>
    internal static Namespec Namespec(this XmlRpcValue value) => new(value.Text("group"), value.Text("name"));

    private static CallException Unexpected(XmlRpcValue value) => new("TypeError", $"an unexpected {value.GetType().Name}");
}
