using Init.Config;
using Init.Os;
using Init.Output;
using Init.States;

namespace Init.Processes;

/// <summary>
/// One configured process: the machine's status, and the doing of what the machine decides. Whatever a deed leads to (a pid, a
/// failure) is the machine's next input, at once.
/// </summary>
internal sealed partial class Subprocess : IChild, IDisposable
{
    private const string EndOfTree = "the end of what it left behind";
    private const string EndOfStopCommand = "the end of its stop_command";

    private readonly ProcessContext _context;
    private readonly ProcessLog _stdout;
    private readonly ProcessLog? _stderr;
    private readonly SharedSocket? _socket;
    private readonly List<ProcessAction> _actions = [];
    private ProcessStatus _status;
    private ChildInput? _stdin;
    private TreeMark? _mark;

    /// <param name="stderr">Null when stderr goes where stdout goes.</param>
    /// <param name="listener">Who understands its stdout, if it is an event listener.</param>
    /// <param name="socket">What is stdin instead of a pipe: an fcgi-program's.</param>
    internal Subprocess(
        ProcessConfig config,
        string group,
        ProcessLog stdout,
        ProcessLog? stderr,
        ProcessContext context,
        Listener? listener = null,
        SharedSocket? socket = null)
    {
        Listener = listener;
        Config = config;
        Group = group;
        _stdout = stdout;
        _stderr = stderr;
        _context = context;
        _socket = socket;
    }

    internal ProcessConfig Config { get; }

    /// <summary>The name of its group.</summary>
    internal string Group { get; }

    /// <summary>`group:process`, or the name alone where both are the same.</summary>
    internal string Namespec => Group == Config.Name ? Group : $"{Group}:{Config.Name}";

    internal ProcessStatus Status => _status;

    /// <summary>The <see cref="Reports.Changes"/> of its last change.</summary>
    internal long Changed { get; private set; }

    internal ProcessLog Stdout => _stdout;

    /// <summary>Null when stderr goes where stdout goes.</summary>
    internal ProcessLog? Stderr => _stderr;

    /// <summary>Its part in the event listener protocol; null for a program.</summary>
    internal Listener? Listener { get; }

    /// <summary>Null when stdin is a pipe, as it is for all but fcgi-programs.</summary>
    internal SharedSocket? Socket => _socket;

    internal bool IsStopped => _status.State.IsStopped();

    /// <summary>It runs, will again by itself, or waits for its start.</summary>
    internal bool IsWanted => _status.State.IsRunning() || WaitsFor is not null || IsBetweenTries
        || _status is { State: ProcessState.Stopping, FailedStart: not null };

    /// <summary>
    /// It has ended, and will be started when it has waited long enough. Of a BACKOFF that is nothing new to Supervisor's clients, to whom
    /// it is a program that runs; with restart_backoff, which may wait for long, they may start it at once.
    /// </summary>
    internal bool IsBetweenTries => (_status.State == ProcessState.Exited || (_status.State == ProcessState.Backoff && Config.RestartBackoff is not null))
        && ProcessMachine.Deadline(_status, Config, mayRestart: true) is not null;

    /// <summary>With stop_tree: the end of what its last run has left behind, also that of its namesake in a group that was removed.</summary>
    internal TreeEnd? Tree => _context.Reports.Trees.Count == 0 ? null : _context.Reports.Trees.Find(tree => tree.IsOf(Group, Config.Name));

    /// <summary>What of its last run is still there, as the description says it; null when there is nothing.</summary>
    internal string? Leftover => Tree is not null ? EndOfTree : _stopCommand is not null ? EndOfStopCommand : null;

    /// <summary>Its start waits for that, or has until now.</summary>
    internal bool WaitsForLeftover => WaitsFor is EndOfTree or EndOfStopCommand;

    /// <summary>It is stopped, and nothing of it is left.</summary>
    internal bool IsGone => IsStopped && Leftover is null;

    internal TimeSpan? Deadline(bool mayRestart) =>
        WaitsFor is not null && IsToStart ? null : ProcessMachine.Deadline(_status, Config, mayRestart);

    /// <summary>Whether its next deadline is a start.</summary>
    internal bool IsToStart => ProcessMachine.IsStart(_status, Config);

    internal void Handle(ProcessInput input)
    {
        ProcessInput? next = input.Kind == ProcessInputKind.DeadlinePassed ? input with { Text = ReadinessProblem } : input;
        while (next is { } current)
        {
            _actions.Clear();
            var before = _status;
            _status = ProcessMachine.Step(before, current, Config, Moment.Now, _actions);
            if (_status != before)
                Changed = ++_context.Reports.Changes;
            next = null;
            if (current.Kind == ProcessInputKind.NeedFailed && before.State == ProcessState.Fatal)
                Remember(Cause.NeedFailed, current.Text); // no state is entered by that, but a start has come to nothing
            foreach (var action in _actions)
            {
                if (action is ProcessAction.Tell told)
                    Remember(current, before, told);
                next = Do(action) ?? next;
            }
        }
        if (_status.State != ProcessState.Starting)
            _readiness?.LeaveStarting();
        if (_status.Pid != 0)
            return;
        ForgetReadiness();
        // Last, so that the log says why before it says that the socket is closed: after an end or a failed spawn (E-062).
        _socket?.Release(this);
    }

    /// <summary>The start that it has waited for: by itself, or one that was asked for.</summary>
    internal void StartAfterWait(string reason) => Handle(ProcessInput.StartFor(reason) with
    {
        IsAgain = IsToRestart || (IsToStart && ProcessMachine.Deadline(_status, Config, mayRestart: true) is not null),
    });

    /// <summary>Its pid was reaped. What it wrote last is read first, so that the log has it before the end.</summary>
    public void Reaped(WaitStatus ended)
    {
        try
        {
            _stdout.DrainBeforeReap();
            _stderr?.DrainBeforeReap();
        }
        finally
        {
            CloseStdin();
            var before = _status;
            Handle(ProcessInput.Reaped(ended));
            Listener?.Ended();
            EndTree(before);
        }
    }

    /// <summary>The command as it would be started now, or why it cannot be.</summary>
    internal FoundCommand FindCommand()
    {
        try
        {
            return FindCommand(Environment());
        }
        catch (ConfigException)
        {
            return FindCommand(Environment(Config with { EnvironmentFiles = [] })); // the start will say what is wrong with them
        }
    }

    private FoundCommand FindCommand(ChildEnvironment environment) => CommandLookup.Find(Config.Command, Config.SecretCommand, environment.Path);

    /// <summary>Sends a signal that is not meant to stop it, to the process alone. Returns what went wrong (L-075).</summary>
    internal string? Signal(int signal)
    {
        var activity = _context.Outlets.Activity;
        var pid = _status.Pid;
        if (pid == 0)
        {
            var message = $"attempted to send {Config.Name} sig {Signals.Name(signal)} but it wasn't running";
            activity.Log(LogLevel.Debug, message);
            return message;
        }
        activity.Log(LogLevel.Debug, $"sending {Config.Name} (pid {pid}) sig {Signals.Name(signal)}");
        switch (Children.Signal(pid, signal))
        {
            case 0:
                _requested = signal;
                return null;
            case Errno.ESRCH:
                activity.Log(LogLevel.Debug,
                    $"unable to signal {Config.Name} (pid {pid}), it probably just now exited on its own: [Errno 3] No such process");
                return null;
            case var errno:
                var reason = $"unknown problem sending sig {Config.Name} ({pid}): [Errno {errno}] {Errno.Text(errno)}";
                Handle(ProcessInput.SignalFailed(reason));
                return reason;
        }
    }

    /// <summary>Writes to its stdin, as fast as it reads.</summary>
    internal InputResult WriteStdin(ReadOnlySpan<byte> bytes) => _stdin?.Write(bytes) ?? InputResult.Closed;

    /// <summary>Empties its logs, running or not (L-128 keeps those of a stopped one).</summary>
    internal void ClearLogs()
    {
        if (!LogsAnswer())
            return;
        _stdout.Clear();
        _stderr?.Clear();
    }

    internal void ReopenLogs()
    {
        if (!LogsAnswer())
            return;
        _stdout.Reopen();
        _stderr?.Reopen();
    }

    private bool LogsAnswer()
    {
        var silent = PathGate.FirstSilent(LogPaths);
        if (silent is not null)
            Log(LogLevel.Error, $"{PythonText.Repr(silent)} does not answer: the log of {Config.Name} is left as it is");
        return silent is null;
    }

    public void Dispose()
    {
        ForgetReadiness();
        CloseStdin();
        _socket?.Release(this);
        _stdout.Dispose();
        _stderr?.Dispose();
    }

    private ProcessInput? Do(ProcessAction action)
    {
        switch (action)
        {
            case ProcessAction.Log log:
                _context.Outlets.Activity.Log(log.Level, log.Message);
                return null;
            case ProcessAction.Tell told:
                _context.Outlets.Events.Notify(Config.Name, Group, told);
                _context.Reports.Entered.Enqueue((this, told.To, _status));
                return null;
            case ProcessAction.SendSignal send:
                return SendSignal(send.Signal, send.ToGroup);
            case ProcessAction.RunStopCommand run:
                return RunStopCommand(run.Patience);
            case ProcessAction.Spawn:
                try
                {
                    return Spawn();
                }
                catch (Exception e)
                {
                    // A defect of ours: the machine must hear of it, or it would ask for the same spawn for ever.
                    _context.Outlets.Activity.Log(LogLevel.Critical, $"unexpected exception while spawning {Config.Name}: ", e);
                    return ProcessInput.SpawnFailed($"unexpected error spawning '{Config.Name}': {e.Message}");
                }
            default:
                throw new InvalidOperationException(action.ToString());
        }
    }

    private ProcessInput? SendSignal(int signal, bool toGroup)
    {
        var pid = _status.Pid;
        switch (Children.Signal(toGroup ? -pid : pid, signal))
        {
            case 0:
                return null;
            case Errno.ESRCH:
                // Its death is on the way to us (L-073).
                _context.Outlets.Activity.Log(LogLevel.Debug,
                    $"unable to signal {Config.Name} (pid {pid}), it probably just exited on its own: [Errno 3] No such process");
                return null;
            case var errno:
                return ProcessInput.SignalFailed($"unknown problem killing {Config.Name} ({pid}): [Errno {errno}] {Errno.Text(errno)}");
        }
    }

    /// <exception cref="ConfigException">An environment_file is missing or wrong.</exception>
    private ChildEnvironment Environment() => Environment(Config);

    private ChildEnvironment Environment(ProcessConfig config) => new(
        _context.InheritedEnvironment, config.ServerUrl ?? _context.ServerUrl, Group, _context.SupervisordEnvironment, config);

    private void CloseStdin()
    {
        _stdin?.Dispose();
        _stdin = null;
    }
}
