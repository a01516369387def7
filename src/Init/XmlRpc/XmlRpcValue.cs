namespace Init.XmlRpc;

/// <summary>A value on the wire. Arrays and structs keep their order.</summary>
internal abstract record XmlRpcValue
{
    public static implicit operator XmlRpcValue(string text) => new XmlRpcString(text);

    public static implicit operator XmlRpcValue(long number) => new XmlRpcInteger(number);

    public static implicit operator XmlRpcValue(bool value) => new XmlRpcBoolean(value);
}

internal sealed record XmlRpcString(string Text) : XmlRpcValue;

/// <summary>`int` within 32 bits, `i8` beyond.</summary>
internal sealed record XmlRpcInteger(long Number) : XmlRpcValue;

internal sealed record XmlRpcBoolean(bool Value) : XmlRpcValue;

internal sealed record XmlRpcDouble(double Number) : XmlRpcValue;

/// <summary>Whole seconds, of no time zone.</summary>
internal sealed record XmlRpcDateTime(DateTime Time) : XmlRpcValue;

internal sealed record XmlRpcBase64(byte[] Bytes) : XmlRpcValue;

internal sealed record XmlRpcNil : XmlRpcValue
{
    internal static readonly XmlRpcNil Instance = new();
}

internal sealed record XmlRpcArray(IReadOnlyList<XmlRpcValue> Items) : XmlRpcValue;

internal sealed record XmlRpcStruct(IReadOnlyList<KeyValuePair<string, XmlRpcValue>> Members) : XmlRpcValue
{
    /// <summary>The member of that name, the last one of several as in a Python dict; null when there is none.</summary>
    internal XmlRpcValue? Find(string name)
    {
        for (var i = Members.Count - 1; i >= 0; i--)
            if (Members[i].Key == name) return Members[i].Value;
        return null;
    }
}

/// <summary>A request: `namespace.method` and its parameters.</summary>
internal sealed record XmlRpcCall(string MethodName, IReadOnlyList<XmlRpcValue> Parameters);
