using Init.XmlRpc;

namespace Init.Rpc;

/// <summary>Does the call and writes its value, or returns the answer that is not known yet.</summary>
/// <exception cref="RpcFault">The answer is a fault.</exception>
internal delegate Deferred? MethodBody(RpcArguments arguments, XmlRpcWriter result);

/// <summary>A parameter as methodHelp and methodSignature tell it.</summary>
internal sealed record RpcParameter(string Type, string Name, string Meaning, bool IsOptional = false);

/// <summary>A method of a namespace: how it is called, and what it does.</summary>
/// <param name="Result">The type and the meaning of its value.</param>
internal sealed record RpcMethod(string Name, string Summary, RpcParameter[] Parameters, (string Type, string Meaning) Result, MethodBody Body)
{
    /// <summary>The result's type, then the parameters' (R-088).</summary>
    internal IEnumerable<string> Signature => Parameters.Select(parameter => parameter.Type).Prepend(Result.Type);

    /// <summary>In the form of Supervisor's, whose tags clients read (R-087); the words are ours.</summary>
    internal string Help
    {
        get
        {
            const string Indent = "        ";
            var lines = Parameters.Select(parameter => $"{Indent}@param {parameter.Type} {parameter.Name} {parameter.Meaning}\n");
            return $" {Summary.Replace("\n", "\n" + Indent, StringComparison.Ordinal)}\n\n{string.Concat(lines)}{Indent}@return {Result.Type} {Result.Meaning}\n{Indent}";
        }
    }

    internal bool Takes(int count) => count <= Parameters.Length && count >= Parameters.Count(parameter => !parameter.IsOptional);
}
