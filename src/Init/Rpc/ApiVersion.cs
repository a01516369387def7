namespace Init.Rpc;

/// <summary>What we say we are: clients ask for it before they rely on a method.</summary>
internal static class ApiVersion
{
    /// <summary>Of the XML-RPC interface .</summary>
    internal const string Rpc = "3.0";

    /// <summary>The Supervisor whose behaviour this is .</summary>
    internal const string Supervisor = "4.3.0";

    /// <summary>Of our own methods.</summary>
    internal const string Own = "1.0";
}
