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
        yield return new("getHealth", "Whether each process is as it should be, in order of their groups' names and their own.", [],
            ("array", "a struct for each process: group, name, and problem, which is empty when there is none"),
            (_, result) =>
            {
                result.BeginArray();
                foreach (var process in supervisor.Groups.ByName)
                {
                    result.BeginStruct();
                    result.Member("group"u8, process.Group);
                    result.Member("name"u8, process.Config.Name);
                    result.Member("problem"u8, Verdict.Of(process).Problem);
                    result.EndStruct();
                }
                result.EndArray();
                return null;
            });
        yield return HistoryMethod.Of(supervisor);
    }
}
