using System.Globalization;
using Init.Config;
using Init.XmlRpc;

namespace Init.Ctl;

/// <summary>reread, update, add, remove and avail: the configuration on disk and the groups that run (T-087 to T-100).</summary>
internal static class GroupActions
{
    internal static void Reread(Session session, string argument)
    {
        if (!ControlAction.HasNone(session, "reread", argument)) return;
        try
        {
            var (added, changed, removed) = ReloadConfig(session);
            var lines = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var name in added) lines[name] = "available";
            foreach (var name in changed) lines[name] = "changed";
            foreach (var name in removed) lines[name] = "disappeared";
            if (lines.Count == 0)
                session.Say("No config updates to processes");
            foreach (var (name, what) in lines)
                session.Say($"{name}: {what}");
        }
        catch (RpcFault e) when (e.Code == FaultCode.ShutdownState)
        {
            session.Fail("ERROR: supervisor shutting down");
        }
        catch (RpcFault e) when (e.Code == FaultCode.CantReread)
        {
            session.Fail($"ERROR: {e.Message}");
        }
    }

    internal static void Update(Session session, string argument)
    {
        Changes changes;
        try
        {
            changes = ReloadConfig(session);
        }
        catch (RpcFault e) when (e.Code == FaultCode.ShutdownState)
        {
            session.Fail("ERROR: already shutting down");
            return;
        }
        Apply(session, changes, PythonText.Words(argument));
    }

    internal static void Add(Session session, string argument)
    {
        foreach (var name in PythonText.Words(argument))
            try
            {
                _ = session.Call("supervisor.addProcessGroup", name);
                session.Say($"{name}: added process group");
            }
            catch (RpcFault e) when (e.Code == FaultCode.ShutdownState)
            {
                session.Fail("ERROR: shutting down");
            }
            catch (RpcFault e) when (e.Code == FaultCode.AlreadyAdded)
            {
                session.Say("ERROR: process group already active"); // no reason for another exit status (T-097)
            }
            catch (RpcFault e) when (e.Code == FaultCode.BadName)
            {
                session.Fail($"ERROR: no such process/group: {name}");
            }
    }

    internal static void Remove(Session session, string argument)
    {
        foreach (var name in PythonText.Words(argument))
            try
            {
                _ = session.Call("supervisor.removeProcessGroup", name);
                session.Say($"{name}: removed process group");
            }
            catch (RpcFault e) when (e.Code == FaultCode.StillRunning)
            {
                session.Fail($"ERROR: process/group still running: {name}");
            }
            catch (RpcFault e) when (e.Code == FaultCode.BadName)
            {
                session.Fail($"ERROR: no such process/group: {name}");
            }
    }

    internal static void Avail(Session session, string argument)
    {
        if (!ControlAction.HasNone(session, "avail", argument)) return;
        try
        {
            foreach (var process in session.Call("supervisor.getAllConfigInfo").Items())
                session.Say(string.Create(CultureInfo.InvariantCulture,
                    $"{process.Namespec(),-32} {(process.IsTrue("inuse") ? "in use" : "avail"),-9} {(process.IsTrue("autostart") ? "auto" : "manual"),-9} {process.Number("group_prio")}:{process.Number("process_prio")}"));
        }
        catch (RpcFault e) when (e.Code == FaultCode.ShutdownState)
        {
            session.Fail("ERROR: supervisor shutting down");
        }
    }

    private static void Apply(Session session, Changes changes, List<string> names)
    {
        var only = names.Contains("all") ? [] : names.Distinct().ToList();
        if (only.Count > 0)
        {
            var groups = session.Call("supervisor.getAllProcessInfo").Items().Select(process => process.Text("group")).Concat(changes.Added).ToHashSet();
            foreach (var name in only)
                if (!groups.Contains(name))
                    session.Fail($"ERROR: no such group: {name}");
        }
        foreach (var group in changes.Removed.Where(IsMeant))
        {
            var stopped = session.Call("supervisor.stopProcessGroup", group).Items();
            session.Say($"{group}: stopped");
            if (stopped.Any(result => result.Number("status") == (int)FaultCode.Failed))
            {
                session.Fail($"{group}: has problems; not removing");
                continue;
            }
            _ = session.Call("supervisor.removeProcessGroup", group);
            session.Say($"{group}: removed process group");
        }
        foreach (var group in changes.Changed.Where(IsMeant))
        {
            _ = session.Call("supervisor.stopProcessGroup", group);
            session.Say($"{group}: stopped");
            _ = session.Call("supervisor.removeProcessGroup", group);
            _ = session.Call("supervisor.addProcessGroup", group);
            session.Say($"{group}: updated process group");
        }
        foreach (var group in changes.Added.Where(IsMeant))
        {
            _ = session.Call("supervisor.addProcessGroup", group);
            session.Say($"{group}: added process group");
        }

        bool IsMeant(string group) => only.Count == 0 || only.Contains(group);
    }

    private static Changes ReloadConfig(Session session)
    {
        var lists = session.Call("supervisor.reloadConfig").Items() is [var only] ? only.Items() : [];
        return lists is [var added, var changed, var removed]
            ? new Changes(Names(added), Names(changed), Names(removed))
            : throw new CallException("ValueError", "not three lists");
    }

    private static List<string> Names(XmlRpcValue value) => [.. value.Items().Select(item => item.Text())];

    private sealed record Changes(List<string> Added, List<string> Changed, List<string> Removed);
}
