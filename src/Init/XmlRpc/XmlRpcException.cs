namespace Init.XmlRpc;

/// <summary>What is wrong with a document.</summary>
internal enum XmlRpcError
{
    /// <summary>Not well-formed, not XML-RPC, or more than we take. Supervisor's log calls it `unmarshallable` .</summary>
    Unmarshallable,

    /// <summary>A request without the name of a method .</summary>
    NoMethodName,
}

/// <summary>A document that cannot be read. The message says what and where; no client sees it.</summary>
internal sealed class XmlRpcException(XmlRpcError error, string message) : Exception(message)
{
    internal XmlRpcError Error => error;
}
