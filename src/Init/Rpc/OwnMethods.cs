using Init.Processes;

namespace Init.Rpc;

/// <summary>
/// What our own supervisorctl asks beyond Supervisor's methods, under the namespace `init`. system.listMethods does not tell of them: it
/// answers as Supervisor does.
/// </summary>
internal static class OwnMethods
{
    internal const string Namespace = "init";

    internal static IEnumerable<RpcMethod> Of(ISupervisor supervisor)
    {
        yield return new("getAPIVersion", "The version of these methods.", [], ("string", "the version"), (_, result) =>
        {
            result.String(ApiVersion.Own);
            return null;
        });
        yield return HistoryMethod.Of(supervisor);
    }
}
