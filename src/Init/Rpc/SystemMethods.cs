using Init.XmlRpc;

namespace Init.Rpc;

/// <summary>What can be asked of any XML-RPC server; these answer during a shutdown too .</summary>
internal sealed class SystemMethods(RpcTable table)
{
    internal IEnumerable<RpcMethod> All()
    {
        RpcParameter name = new("string", "name", "name of the method, with its namespace");
        yield return new("listMethods", "The names of all methods.", [],
            ("array", "names, in order"),
            (_, result) => ListMethods(result));
        yield return new("methodHelp", "What a method is for, and what it takes and returns.", [name],
            ("string", "the text"),
            (arguments, result) => MethodHelp(arguments.Text(0), result));
        yield return new("methodSignature", "The types that a method takes and returns.", [name],
            ("array", "type of the result, then those of the parameters"),
            (arguments, result) => MethodSignature(arguments.Text(0), result));
        yield return new("multicall", "Makes several calls, one after the other.",
            [new("array", "calls", "a struct of methodName and params for each call")],
            ("array", "the value of each call, or a struct of faultCode and faultString"),
            (arguments, _) => new Multicall(table, arguments[0] is XmlRpcArray(var calls) ? calls : throw new RpcFault(FaultCode.IncorrectParameters)));
    }

    private Deferred? ListMethods(XmlRpcWriter result)
    {
        result.BeginArray();
        foreach (var name in table.Names)
            result.String(name);
        result.EndArray();
        return null;
    }

    private Deferred? MethodHelp(string name, XmlRpcWriter result)
    {
        result.String(Find(name).Help);
        return null;
    }

    private Deferred? MethodSignature(string name, XmlRpcWriter result)
    {
        result.BeginArray();
        foreach (var type in Find(name).Signature)
            result.String(type);
        result.EndArray();
        return null;
    }

    private RpcMethod Find(string name) => table.Find(name) ?? throw new RpcFault(FaultCode.SignatureUnsupported);
}
