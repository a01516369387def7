namespace Init.Ctl;

/// <summary>What the words after an action are, for completion (T-125).</summary>
internal enum Completes
{
    Nothing,
    Actions,
    Groups,
    Processes,
}

/// <summary>An action of supervisorctl: its name, what it does with the rest of the line, and its help (T-118).</summary>
internal sealed record ControlAction(string Name, Action<Session, string> Run, string? Help, Completes Completes = Completes.Nothing)
{
    /// <summary>Those that `help` lists, in its order.</summary>
    internal static readonly ControlAction[] Listed =
    [
        new("add", GroupActions.Add, "add <name> [...]\tActivates any updates in config for process/group", Completes.Groups),
        new("avail", GroupActions.Avail, "avail\t\t\tDisplay all configured processes"),
        new("clear", LogActions.Clear,
            "clear <name>\t\tClear a process' log files.\n" +
            "clear <name> <name>\tClear multiple process' log files\n" +
            "clear all\t\tClear all process' log files", Completes.Processes),
        new("exit", ShellActions.Quit, "exit\tExit the supervisor shell."),
        new("fg", ForegroundAction.Run, "fg <process>\tConnect to a process in foreground mode\n\t\tCtrl-C to exit", Completes.Processes),
        new("maintail", LogActions.MainTail,
            "maintail -f \tContinuous tail of supervisor main log file (Ctrl-C to exit)\n" +
            "maintail -100\tlast 100 *bytes* of supervisord main log file\n" +
            "maintail\tlast 1600 *bytes* of supervisor main log file\n"),
        new("open", ShellActions.Open,
            "open <url>\tConnect to a remote supervisord process.\n\t\t(for UNIX domain socket, use unix:///socket/path)"),
        new("pid", StatusActions.Pid,
            "pid\t\t\tGet the PID of supervisord.\n" +
            "pid <name>\t\tGet the PID of a single child process by name.\n" +
            "pid all\t\t\tGet the PID of every child process, one per line.", Completes.Processes),
        new("quit", ShellActions.Quit, "quit\tExit the supervisor shell."),
        new("reload", DaemonActions.Reload, "reload \t\tRestart the remote supervisord."),
        new("remove", GroupActions.Remove, "remove <name> [...]\tRemoves process/group from active config", Completes.Groups),
        new("reread", GroupActions.Reread, "reread \t\t\tReload the daemon's configuration files without add/remove"),
        new("restart", ProcessActions.Restart,
            "restart <name>\t\tRestart a process\n" +
            "restart <gname>:*\tRestart all processes in a group\n" +
            "restart <name> <name>\tRestart multiple processes or groups\n" +
            "restart all\t\tRestart all processes\n" +
            "Note: restart does not reread config files. For that, see reread and update.", Completes.Processes),
        new("shutdown", DaemonActions.Shutdown, "shutdown \tShut the remote supervisord down."),
        new("signal", ProcessActions.Signal,
            "signal <signal name> <name>\t\tSignal a process\n" +
            "signal <signal name> <gname>:*\t\tSignal all processes in a group\n" +
            "signal <signal name> <name> <name>\tSignal multiple processes or groups\n" +
            "signal <signal name> all\t\tSignal all processes", Completes.Processes),
        new("start", ProcessActions.Start,
            "start <name>\t\tStart a process\n" +
            "start <gname>:*\t\tStart all processes in a group\n" +
            "start <name> <name>\tStart multiple processes or groups\n" +
            "start all\t\tStart all processes", Completes.Processes),
        new("status", StatusActions.Status,
            "status <name>\t\tGet status for a single process\n" +
            "status <gname>:*\tGet status for all processes in a group\n" +
            "status <name> <name>\tGet status for multiple named processes\n" +
            "status\t\t\tGet all process status info", Completes.Processes),
        new("stop", ProcessActions.Stop,
            "stop <name>\t\tStop a process\n" +
            "stop <gname>:*\t\tStop all processes in a group\n" +
            "stop <name> <name>\tStop multiple processes or groups\n" +
            "stop all\t\tStop all processes", Completes.Processes),
        new("tail", LogActions.Tail,
            "tail [-f] <name> [stdout|stderr] (default stdout)\n" +
            "Ex:\n" +
            "tail -f <name>\t\tContinuous tail of named process stdout\n" +
            "\t\t\tCtrl-C to exit.\n" +
            "tail -100 <name>\tlast 100 *bytes* of process stdout\n" +
            "tail <name> stderr\tlast 1600 *bytes* of process stderr", Completes.Processes),
        new("update", GroupActions.Update,
            "update\t\t\tReload config and add/remove as necessary, and will restart affected programs\n" +
            "update all\t\tReload config and add/remove as necessary, and will restart affected programs\n" +
            "update <gname> [...]\tUpdate specific groups", Completes.Groups),
        new("version", DaemonActions.Version, "version\t\t\tShow the version of the remote supervisord process"),
    ];

    /// <summary>Ours, which `help` does not list: its list is Supervisor's.</summary>
    internal static readonly ControlAction[] Own =
    [
        new("health", HealthAction.Run,
            "health\t\t\tExit status 0 when all that should run is ready and healthy, otherwise 1 with a line for each that is not\n" +
            "health <name> <name>\tThe same for some processes\n" +
            "health <gname>:*\tThe same for all processes in a group", Completes.Processes),
        new("why", WhyAction.Run,
            "why <name>\t\tShow what happened to a process last, and why\n" +
            "why <name> <name>\tThe same for multiple processes\n" +
            "why all\t\t\tThe same for all processes", Completes.Processes),
    ];

    private static readonly ControlAction _help =
        new("help", HelpAction.Run, "help\t\tPrint a list of available actions\nhelp <action>\tPrint help for <action>", Completes.Actions);

    private static readonly ControlAction _endOfInput = new("EOF", ShellActions.Quit, null);

    internal static ControlAction? Find(string name)
    {
        if (name == _help.Name) return _help;
        if (name == _endOfInput.Name) return _endOfInput;
        return Array.Find(Listed, action => action.Name == name) ?? Array.Find(Own, action => action.Name == name);
    }

    /// <summary>Whether no argument was given; if one was, that has been said.</summary>
    internal static bool HasNone(Session session, string name, string argument)
    {
        if (argument.Length == 0) return true;
        Refuse(session, name, $"Error: {name} accepts no arguments");
        return false;
    }

    /// <summary>A wrong use: what is wrong, then the help.</summary>
    internal static void Refuse(Session session, string name, string message, int status = ExitCode.Generic)
    {
        session.Fail(message, status);
        session.Say(Find(name)!.Help!);
    }
}
