using Init.Config;
using Init.Os;
using Init.Output;
using Init.Processes;
using Init.States;
using Init.XmlRpc;

namespace Init.Rpc;

/// <summary>How processes are, and how they are configured .</summary>
internal static class InfoMethods
{
    internal static IEnumerable<RpcMethod> Of(ISupervisor supervisor)
    {
        yield return new("getProcessInfo", "How one process is.",
            [new("string", "name", "name of the process, or `group:name`")],
            ("struct", "name, group, start, stop, now, state, statename, spawnerr, exitstatus, log files, pid, description"),
            (arguments, result) => GetProcessInfo(supervisor, arguments.Text(0), result));
        yield return new("getAllProcessInfo", "How each process is, in order of their groups' names and their own.", [],
            ("array", "a struct as getProcessInfo's for each process"),
            (_, result) => GetAllProcessInfo(supervisor, result));
        yield return new("getAllConfigInfo", "How each process is configured, as last read, in order of their names.", [],
            ("array", "a struct of options for each process"),
            (_, result) => GetAllConfigInfo(supervisor, result));
    }

    private static Deferred? GetProcessInfo(ISupervisor supervisor, string name, XmlRpcWriter result)
    {
        Write(Named.Process(supervisor, name), Clock.WallClock, result);
        return null;
    }

    private static Deferred? GetAllProcessInfo(ISupervisor supervisor, XmlRpcWriter result)
    {
        var now = Clock.WallClock;
        result.BeginArray();
        foreach (var process in supervisor.Groups.ByName)
            Write(process, now, result);
        result.EndArray();
        return null;
    }

    private static void Write(Subprocess process, DateTimeOffset now, XmlRpcWriter result)
    {
        var status = process.Status;
        var stdout = LogPath(process.Config.Stdout, process.Stdout);
        result.BeginStruct();
        result.Member("name"u8, process.Config.Name);
        result.Member("group"u8, process.Group);
        result.Member("start"u8, Seconds(status.Started?.Wall));
        result.Member("stop"u8, Seconds(status.Stopped));
        result.Member("now"u8, Seconds(now));
        result.Member("state"u8, (int)status.State);
        result.Member("statename"u8, status.State.Name());
        result.Member("spawnerr"u8, status.SpawnError ?? "");
        result.Member("exitstatus"u8, status.Ended?.ExitCode ?? 0);
        result.Member("logfile"u8, stdout);
        result.Member("stdout_logfile"u8, stdout);
        result.Member("stderr_logfile"u8, process.Stderr is null ? "" : LogPath(process.Config.Stderr, process.Stderr));
        result.Member("pid"u8, status.Pid);
        result.Member("description"u8, ProcessDescription.Of(process, now));
        result.EndStruct();
    }

    /// <summary>As configured; empty where there is no file.</summary>
    private static string LogPath(StreamConfig config, ProcessLog log) => config.Target switch
    {
        LogTarget.File => config.Path!,
        LogTarget.Auto => log.Path ?? "",
        _ => "",
    };

    /// <summary>Whole seconds of the epoch; what is beyond an XML-RPC int stays at its end .</summary>
    private static int Seconds(DateTimeOffset? time) => (int)Math.Clamp(time?.ToUnixTimeSeconds() ?? 0, int.MinValue, int.MaxValue);

    private static Deferred? GetAllConfigInfo(ISupervisor supervisor, XmlRpcWriter result)
    {
        // Stable: of one name in the order of the configuration.
        var all = supervisor.Configuration.Groups
            .SelectMany(group => group.Processes.Select(process => Tuple.Create(group, process)))
            .OrderBy(one => one.Item2.Name, StringComparer.Ordinal);
        result.BeginArray();
        foreach (var (group, process) in all)
            Write(supervisor, group, process, result);
        result.EndArray();
        return null;
    }

    private static void Write(ISupervisor supervisor, GroupConfig group, ProcessConfig process, XmlRpcWriter result)
    {
        var running = supervisor.Groups.Find(group.Name);
        var subprocess = running?.Find(process.Name);
        result.BeginStruct();
        result.Member("autostart"u8, process.AutoStart);
        result.Member("directory"u8, process.Directory ?? "none");
        if (process.User is { } user)
            result.Member("uid"u8, user.Uid);
        else
            result.Member("uid"u8, "none");
        result.Member("command"u8, process.Command);
        result.BeginMember("exitcodes"u8);
        result.BeginArray();
        foreach (var code in process.ExitCodes)
            result.Integer(code);
        result.EndArray();
        result.EndMember();
        result.Member("group"u8, group.Name);
        result.Member("group_prio"u8, group.Priority);
        result.Member("inuse"u8, running is not null);
        result.Member("killasgroup"u8, process.KillAsGroup);
        result.Member("name"u8, process.Name);
        result.Member("process_prio"u8, process.Priority);
        result.Member("redirect_stderr"u8, process.RedirectStderr);
        result.Member("startretries"u8, process.StartRetries);
        result.Member("startsecs"u8, process.StartSecs);
        WriteStream("stdout_"u8, process.Stdout, subprocess?.Stdout, result);
        result.Member("stopsignal"u8, process.StopSignal);
        result.Member("stopwaitsecs"u8, process.StopWaitSecs);
        WriteStream("stderr_"u8, process.Stderr, subprocess?.Stderr, result);
        result.Member("serverurl"u8, process.ServerUrl ?? "none");
        result.EndStruct();
    }

    private static void WriteStream(ReadOnlySpan<byte> name, StreamConfig stream, ProcessLog? log, XmlRpcWriter result)
    {
        result.Member([.. name, .. "capture_maxbytes"u8], stream.CaptureMaxBytes);
        result.Member([.. name, .. "events_enabled"u8], stream.EventsEnabled);
        result.Member([.. name, .. "logfile"u8], stream.Target switch
        {
            LogTarget.File => stream.Path!,
            LogTarget.Auto => log?.Path ?? "auto",
            _ => "none",
        });
        result.Member([.. name, .. "logfile_backups"u8], stream.Backups);
        result.Member([.. name, .. "logfile_maxbytes"u8], stream.MaxBytes);
        result.Member([.. name, .. "syslog"u8], stream.Syslog);
    }
}
