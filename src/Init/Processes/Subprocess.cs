using Init.Config;
using Init.Os;
using Init.Output;
using Init.States;

namespace Init.Processes;

/// <summary>What every process of this daemon is started with and reports to.</summary>
/// <param name="Pids">Live pids and whose they are.</param>
internal sealed record ProcessContext(
    Outlets Outlets,
    IReadOnlyDictionary<string, string> InheritedEnvironment,
    IReadOnlyList<KeyValuePair<string, string>> SupervisordEnvironment,
    string? ServerUrl,
    Dictionary<int, Subprocess> Pids);

/// <summary>
/// One configured process: the machine's status, and the doing of what the machine decides. Whatever a deed leads to (a pid, a
/// failure) is the machine's next input, at once.
/// </summary>
internal sealed class Subprocess : IDisposable
{
    private readonly ProcessContext _context;
    private readonly string _group;
    private readonly ProcessLog _stdout;
    private readonly ProcessLog? _stderr;
    private readonly List<ProcessAction> _actions = [];
    private ProcessStatus _status;
    private int _stdin = -1;

    /// <param name="stderr">Null when stderr goes where stdout goes.</param>
    internal Subprocess(ProcessConfig config, string group, ProcessLog stdout, ProcessLog? stderr, ProcessContext context)
    {
        Config = config;
        _group = group;
        _stdout = stdout;
        _stderr = stderr;
        _context = context;
    }

    internal ProcessConfig Config { get; }

    internal ProcessStatus Status => _status;

    internal bool IsStopped => _status.State.IsStopped();

    internal TimeSpan? Deadline(bool mayRestart) => ProcessMachine.Deadline(_status, Config, mayRestart);

    internal void Handle(ProcessInput input)
    {
        ProcessInput? next = input;
        while (next is { } current)
        {
            _actions.Clear();
            _status = ProcessMachine.Step(_status, current, Config, Moment.Now, _actions);
            next = null;
            foreach (var action in _actions)
                next = Do(action) ?? next;
        }
    }

    /// <summary>Its pid was reaped. What it wrote last is read first, so that the log has it before the end.</summary>
    internal void Reaped(WaitStatus ended)
    {
        try
        {
            _stdout.DrainBeforeReap();
            _stderr?.DrainBeforeReap();
        }
        finally
        {
            CloseStdin();
            Handle(ProcessInput.Reaped(ended));
        }
    }

    internal void ReopenLogs()
    {
        _stdout.Reopen();
        _stderr?.Reopen();
    }

    public void Dispose()
    {
        CloseStdin();
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
            case ProcessAction.SendSignal send:
                return SendSignal(send.Signal, send.ToGroup);
            case ProcessAction.Spawn:
                try
                {
                    return Spawn();
                }
                catch (Exception e)
                {
                    // A defect of ours: the machine must hear of it, or it would ask for the same spawn for ever.
                    _context.Outlets.Activity.Log(LogLevel.Critical, $"unexpected exception while spawning {Config.Name}: {e}");
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

    private ProcessInput Spawn()
    {
        var environment = new ChildEnvironment(_context.InheritedEnvironment, Config.ServerUrl ?? _context.ServerUrl, Config.Name, _group,
            _context.SupervisordEnvironment, Config.Environment);
        var command = CommandLookup.Find(Config.Command, environment.Path);
        if (command.Error is not null)
            return ProcessInput.SpawnFailed(command.Error);

        ChildPipes? pipes = null;
        try
        {
            pipes = new ChildPipes(Config.RedirectStderr);
            _stdout.Open();
            _stderr?.Open();
        }
        catch (SyscallException e)
        {
            pipes?.Dispose();
            CloseLogsIfUnused();
            return ProcessInput.SpawnFailed(e.Errno is Errno.EMFILE or Errno.ENFILE
                ? $"too many open files to spawn '{Config.Name}'"
                : $"unknown error making dispatchers for '{Config.Name}': {Errno.Name(e.Errno)}");
        }

        using (pipes)
            try
            {
                var request = Request(command, environment, pipes);
                if (request.Credentials is { } user)
                    pipes.GiveTo(user.Uid);
                var pid = Spawner.Spawn(request);
                _context.Pids[pid] = this;
                _stdin = pipes.TakeStdin();
                Attach(pipes, pid);
                return ProcessInput.Spawned(pid);
            }
            catch (SyscallException e)
            {
                CloseLogsIfUnused();
                return ProcessInput.SpawnFailed(e.Errno == Errno.EAGAIN
                    ? $"Too many processes in process table to spawn '{Config.Name}'"
                    : $"unknown error during fork for '{Config.Name}': {Errno.Name(e.Errno)}");
            }
    }

    /// <summary>It runs already: output that cannot be watched is lost, the process is not.</summary>
    private void Attach(ChildPipes pipes, int pid)
    {
        try
        {
            _stdout.Attach(pipes.TakeStdout(), pid);
            if (!Config.RedirectStderr)
                _stderr!.Attach(pipes.TakeStderr(), pid);
        }
        catch (SyscallException e)
        {
            _context.Outlets.Activity.Log(LogLevel.Critical, $"cannot watch the output of {Config.Name} ({pid}): {e.Message}");
        }
    }

    private SpawnRequest Request(FoundCommand command, ChildEnvironment environment, ChildPipes pipes) => new()
    {
        Path = command.Path,
        Arguments = command.Arguments,
        Environment = environment.ToList(),
        Directory = Config.Directory,
        Stdin = pipes.ChildStdin,
        Stdout = pipes.ChildStdout,
        Stderr = pipes.ChildStderr,
        Umask = Config.Umask,
        Credentials = Credentials(),
    };

    /// <summary>Null when the program runs as we do; then nothing is changed, not even the groups.</summary>
    private Credentials? Credentials()
    {
        if (Config.User is not { } user || user.Uid == Users.OwnUid)
            return null;
        var entry = user.Name is null ? null : Users.Find(user.Name);
        return new Credentials(user.Uid, user.Gid, entry is null ? [user.Gid] : Users.GroupsOf(entry));
    }

    private void CloseLogsIfUnused()
    {
        _stdout.CloseIfUnused();
        _stderr?.CloseIfUnused();
    }

    private void CloseStdin()
    {
        if (_stdin >= 0)
            Descriptors.Close(_stdin);
        _stdin = -1;
    }
}
