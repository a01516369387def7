using Init.Config;
using Init.Os;
using Init.States;
using Init.XmlRpc;

namespace Init.Ctl;

/// <summary>
/// `health`, of ours and for a container's HEALTHCHECK: 0 when all that should run is ready and healthy, otherwise 1, and a line for each
/// that is not. One call, for it is made again and again.
/// </summary>
internal static class HealthAction
{
    internal static void Run(Session session, string argument)
    {
        try
        {
            var all = Ask(session);
            foreach (var (name, problem) in Chosen(session, all, PythonText.Words(argument)))
                if (problem.Length > 0)
                    session.Fail($"{name}: {problem}");
        }
        catch (RpcFault e) when (e.Code == FaultCode.ShutdownState)
        {
            session.Fail("supervisord: shutting down");
        }
        catch (SyscallException e) when (e.Errno is Errno.ECONNREFUSED or Errno.ENOENT)
        {
            session.Fail(e.Errno == Errno.ENOENT ? $"{session.Url.Text} no such file" : $"{session.Url.Text} refused connection");
        }
    }

    private static List<Answer> Ask(Session session)
    {
        try
        {
            return [.. session.Call("init.getHealth").Items().Select(process => new Answer(process.Namespec(), process.Text("problem")))];
        }
        catch (RpcFault e) when (e.Code == FaultCode.UnknownMethod)
        {
            return [.. session.Call("supervisor.getAllProcessInfo").Items().Select(process => new Answer(process.Namespec(), ProblemOf(process)))];
        }
    }

    /// <summary>
    /// What Python's supervisord lets one see. It does not tell whether a STOPPED one was stopped by hand, so that is none; an EXITED one
    /// has something in spawnerr when that was not expected.
    /// </summary>
    private static string ProblemOf(XmlRpcValue process) => (ProcessState)process.Number("state") switch
    {
        ProcessState.Running or ProcessState.Stopped or ProcessState.Stopping => "",
        ProcessState.Exited when process.Text("spawnerr").Length == 0 => "",
        ProcessState.Starting => process.Text("statename"),
        ProcessState.Exited => $"{process.Text("statename")} {process.Text("spawnerr")}",
        _ => $"{process.Text("statename")} {process.Text("description")}",
    };

    private static IEnumerable<Answer> Chosen(Session session, List<Answer> all, List<string> names)
    {
        if (names.Count == 0 || names.Contains("all"))
            return all;
        var chosen = new HashSet<Answer>();
        foreach (var name in NamePatterns.Expand([.. all.Select(one => one.Name)], names))
        {
            var wanted = Namespec.Parse(name);
            var found = all.Where(one => one.Name.Group == wanted.Group && (wanted.Process is null || wanted.Process == one.Name.Process)).ToList();
            if (found.Count == 0)
                session.Fail(wanted.Process is null ? $"{wanted.Group}: ERROR (no such group)" : $"{name}: ERROR (no such process)");
            chosen.UnionWith(found);
        }
        return chosen;
    }

    /// <param name="Problem">Empty when there is none.</param>
    private sealed record Answer(Namespec Name, string Problem);
}
