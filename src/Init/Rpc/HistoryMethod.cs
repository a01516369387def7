using Init.Loop;
using Init.Os;
using Init.Output;
using Init.Processes;
using Init.States;
using Init.XmlRpc;

namespace Init.Rpc;

/// <summary>What is known of why a process is how it is: `init.getProcessHistory`, for `supervisorctl why`.</summary>
internal static class HistoryMethod
{
    internal static RpcMethod Of(ISupervisor supervisor) => new("getProcessHistory", "Why a process is how it is.",
        [new("string", "name", "name of the process, or `group:name`")],
        ("struct", "name, group, state, statename, description, health, restarts, failed_starts; changes: an array of time, state, statename and "
            + "cause; last_run: what it used, if one has ended: user, system, resident, resident_is_bound (it was less); now: what its tree uses, if it runs: processes, resident, cpu; "
            + "stderr: the end of that log; failed_at, failed_stderr: that of the last run that failed"),
        (arguments, result) => Tell(supervisor, Named.Process(supervisor, arguments.Text(0))));

    private static HistoryAnswer Tell(ISupervisor supervisor, Subprocess process)
    {
        var told = new XmlRpcWriter();
        WriteStatus(process, told);
        WriteChanges(process, told);
        if (process.LastUsage is { } usage)
        {
            told.BeginMember("last_run"u8);
            told.BeginStruct();
            WriteDouble(told, "user"u8, usage.User.TotalSeconds);
            WriteDouble(told, "system"u8, usage.System.TotalSeconds);
            told.Member("resident"u8, usage.MostResidentBytes);
            told.Member("resident_is_bound"u8, usage.IsBound);
            told.EndStruct();
            told.EndMember();
        }
        if (process.LastWords is var (at, words))
        {
            told.Member("failed_at"u8, at);
            WriteText(told, "failed_stderr"u8, words);
        }
        var complaints = process.Complaints;
        var (pid, file) = (process.Status.Pid, ((ILogSource)complaints).File);
        if (file is not null && PathGate.FirstSilent([file]) is not null)
            throw new RpcFault(FaultCode.Failed, $"{file} does not answer");
        var kept = file is null ? complaints.Ring.Last(Subprocess.MostLastWords) : null;
        return new HistoryAnswer(supervisor.Loop, told, late =>
        {
            WriteText(late, "stderr"u8, kept ?? LogEnd.Of(file!, Subprocess.MostLastWords));
            if (pid != 0 && ProcessResources.Trees([pid]).TryGetValue(pid, out var tree))
                WriteTree(tree, late);
        });
    }

    private static void WriteStatus(Subprocess process, XmlRpcWriter told)
    {
        told.Member("name"u8, process.Config.Name);
        told.Member("group"u8, process.Group);
        told.Member("state"u8, (int)process.Status.State);
        told.Member("statename"u8, process.Status.State.Name());
        told.Member("description"u8, ProcessDescription.Of(process, Clock.WallClock));
        told.Member("health"u8, process.Health.Word());
        told.Member("restarts"u8, process.History.Restarts);
        told.Member("failed_starts"u8, process.History.FailedStarts);
    }

    private static void WriteChanges(Subprocess process, XmlRpcWriter told)
    {
        told.BeginMember("changes"u8);
        told.BeginArray();
        for (var n = 0; n < process.History.Count; n++)
        {
            var change = process.History[n];
            told.BeginStruct();
            told.Member("time"u8, change.At);
            told.Member("state"u8, (int)change.State);
            told.Member("statename"u8, change.State.Name());
            told.Member("cause"u8, change.Describe(process.Config));
            told.EndStruct();
        }
        told.EndArray();
        told.EndMember();
    }

    private static void WriteTree(in TreeUsage tree, XmlRpcWriter told)
    {
        told.BeginMember("now"u8);
        told.BeginStruct();
        told.Member("processes"u8, tree.Processes);
        told.Member("resident"u8, tree.ResidentBytes);
        WriteDouble(told, "cpu"u8, tree.Cpu.TotalSeconds);
        told.EndStruct();
        told.EndMember();
    }

    private static void WriteDouble(XmlRpcWriter told, ReadOnlySpan<byte> name, double number)
    {
        told.BeginMember(name);
        told.Double(number);
        told.EndMember();
    }

    private static void WriteText(XmlRpcWriter told, ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        told.BeginMember(name);
        told.String(text);
        told.EndMember();
    }
}

/// <summary>A struct, of which the last members are found out away from the loop.</summary>
internal sealed class HistoryAnswer : Deferred
{
    private readonly XmlRpcWriter _told;
    private readonly Task _found;

    /// <param name="told">Its first members.</param>
    /// <param name="find">Writes the others; on another thread.</param>
    internal HistoryAnswer(EventLoop loop, XmlRpcWriter told, Action<XmlRpcWriter> find)
    {
        _told = told;
        _found = Task.Run(() => find(told));
        // The turn of the loop in which the answer is asked for.
        _found.ContinueWith(_ => loop.Post(static () => { }), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    internal override bool Advance(XmlRpcWriter result)
    {
        if (!_found.IsCompleted)
            return false;
        _found.GetAwaiter().GetResult();
        result.BeginStruct();
        result.Take(_told);
        result.EndStruct();
        return true;
    }
}
