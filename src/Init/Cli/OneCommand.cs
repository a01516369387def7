using Init.Os;
using static Init.Os.Signals;

namespace Init.Cli;

/// <summary>What `init [OPTIONS] -- COMMAND ARG...` was asked for.</summary>
/// <param name="SignalGroup">-g: signals go to the command's whole process group.</param>
/// <param name="Subreaper">-s: adopt orphans although we are not PID 1.</param>
/// <param name="ExpectedStatuses">-e: exit statuses that count as 0.</param>
/// <param name="ParentDeathSignal">-p: the signal we get when our parent dies.</param>
/// <param name="Rewrites">-r: signals forwarded as another one; 0 drops them.</param>
internal sealed record OneCommandOptions(IReadOnlyList<string> Command, bool SignalGroup, bool Subreaper,
    IReadOnlyCollection<int> ExpectedStatuses, int? ParentDeathSignal, IReadOnlyDictionary<int, int> Rewrites);

/// <summary>
/// PID 1's duty for one command, as tini and dumb-init do it: every signal is forwarded, every orphan reaped, and the command's exit
/// status is ours.
/// </summary>
internal sealed class OneCommand(OneCommandOptions options)
{
    /// <summary>All that can wait: not the two that cannot be caught, those that mean a fault of ours, and the C library's own (32, 33).</summary>
    private static readonly int[] _waited = Waited();

    private readonly List<int> _received = [];
    private readonly HashSet<int> _ignoreOnce = [];
    private int _child;

    private static int[] Waited()
    {
        var waited = new List<int>();
        for (var signal = 1; signal <= SIGRTMAX; signal++)
            if (signal is not (SIGKILL or SIGSTOP or SIGILL or SIGTRAP or SIGABRT or SIGBUS or SIGFPE or SIGSEGV or SIGSYS or 32 or 33))
                waited.Add(signal);
        return [.. waited];
    }

    /// <summary>Returns the exit status.</summary>
    internal int Run()
    {
        SignalMask.WaitFor(_waited);
        if (options.Subreaper)
            Children.BecomeSubreaper();
        if (options.ParentDeathSignal is { } signal)
            Children.SetParentDeathSignal(signal);

        using var signals = new SignalQueue(_waited);
        try
        {
            _child = Spawner.Spawn(Request());
        }
        catch (SyscallException e)
        {
            return ExecPlan.SayAsShell(options.Command[0], e.Errno);
        }

        while (true)
        {
            signals.Wait(_received);
            foreach (var received in _received)
                if (received != SIGCHLD)
                    Forward(received);
            if (_received.Contains(SIGCHLD) && Reap() is { } ended)
            {
                if (options.SignalGroup)
                    _ = Children.Signal(-_child, SIGTERM); // what is left of the group ends with its leader, as under dumb-init
                return Status(ended);
            }
            _received.Clear();
        }
    }

    private SpawnRequest Request()
    {
        var hasTerminal = Descriptors.KindOf(0) == FileKind.Terminal;
        if (hasTerminal && Terminal.GiveUp())
        {
            // The kernel tells a session leader who gives up its terminal by these two, which are not for the command.
            _ignoreOnce.Add(SIGHUP);
            _ignoreOnce.Add(SIGCONT);
        }
        return new SpawnRequest
        {
            Path = PathSearch.Find(options.Command[0]) ?? options.Command[0],
            Arguments = options.Command,
            Environment = ProcessEnvironment.Variables,
            Group = SpawnGroup.NewSession,
            ControllingTerminal = hasTerminal,
            PassDescriptors = true,
            AsShell = true,
        };
    }

    private void Forward(int signal)
    {
        if (_ignoreOnce.Remove(signal))
            return;
        var stops = signal is SIGTSTP or SIGTTIN or SIGTTOU;
        // The command leads its own session, so nothing above it could continue it: the kernel drops the stop signals of a terminal
        // there, and SIGSTOP has to stand in, as in dumb-init.
        var forwarded = options.Rewrites.TryGetValue(signal, out var rewritten) ? rewritten : stops ? SIGSTOP : signal;
        if (forwarded != 0)
            _ = Children.Signal(options.SignalGroup ? -_child : _child, forwarded); // it may just have ended: SIGCHLD follows
        if (stops)
            _ = Children.Signal(Children.OwnPid, SIGSTOP); // stop with it; PID 1 cannot be stopped
    }

    /// <summary>Takes all the dead; returns how the command ended, if it did.</summary>
    private WaitStatus? Reap()
    {
        WaitStatus? ended = null;
        while (Children.TryReap(out var pid, out var status))
            if (pid == _child)
                ended = status;
        return ended;
    }

    private int Status(WaitStatus ended) => options.ExpectedStatuses.Contains(ended.ShellStatus) ? 0 : ended.ShellStatus;
}
