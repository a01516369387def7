using Init.Config;
using Init.Os;
using Init.Output;

namespace Init.Processes;

/// <summary>How the process is made.</summary>
internal sealed partial class Subprocess
{
    private ProcessInput Spawn()
    {
        if (PathGate.FirstSilent(NamedPaths) is { } silent)
            return ProcessInput.SpawnFailed($"{PythonText.Repr(silent)} does not answer, and '{Config.Name}' needs it");
        // First of all, even for a command that is not there, as in Supervisor. But Supervisor ends when the address is taken (E-068);
        // here that is a failed spawn like others, which is tried again.
        int? socket;
        ChildEnvironment environment;
        try
        {
            socket = _socket?.Hold(this);
            environment = Environment();
        }
        catch (ConfigException e)
        {
            return ProcessInput.SpawnFailed(e.Message);
        }
        var command = FindCommand(environment);
        if (command.Error is not null)
            return ProcessInput.SpawnFailed(command.Error, command.IsMissing ? 127 : 126);

        ChildPipes? pipes = null;
        var pid = 0;
        List<OutputPipe> outputs = [];
        try
        {
            PrepareReadiness(environment);
            pipes = new ChildPipes(Config.RedirectStderr, socket);
            _stdout.Open();
            _stderr?.Open();
            // Before there is a process: one whose output nobody watches would stand still at a full pipe.
            outputs.Add(_stdout.Attach(pipes.TakeStdout()));
            if (!Config.RedirectStderr)
                outputs.Add(_stderr!.Attach(pipes.TakeStderr()));
            _mark = Config.StopTree ? NewMark() : null;
            var request = Request(command, environment, pipes);
            if (request.Credentials is { } user)
                pipes.GiveTo(user.Uid);
            pid = Spawner.Spawn(request);
            _context.Reports.Pids[pid] = this;
            outputs.ForEach(output => output.BelongTo(pid));
            _stdin = pipes.TakeStdin() is { } stdin ? new ChildInput(stdin, _context.Outlets.Loop) : null;
        }
        catch (SyscallException e) when (pid == 0)
        {
            return ProcessInput.SpawnFailed(WhyNot(e));
        }
        finally
        {
            pipes?.Dispose();
            if (pid == 0)
            {
                outputs.ForEach(output => output.Discard());
                CloseLogsIfUnused();
            }
        }
        Listener?.Started(pid);
        BeginReadiness(pid);
        return ProcessInput.Spawned(pid);
    }

    private string WhyNot(SyscallException e) => (e.Call, e.Errno) switch
    {
        (Spawner.Call, Errno.EAGAIN) => $"Too many processes in process table to spawn '{Config.Name}'",
        (Spawner.Call, var errno) => $"unknown error during fork for '{Config.Name}': {Errno.Name(errno)}",
        (_, Errno.EMFILE or Errno.ENFILE) => $"too many open files to spawn '{Config.Name}'",
        (_, var errno) => $"unknown error making dispatchers for '{Config.Name}': {Errno.Name(errno)}{(e is UntrustedPathException ? $" ({e.Message})" : "")}",
    };

    /// <summary>Paths that are looked up for a start, but for the command's.</summary>
    private IEnumerable<string> NamedPaths =>
    [
        .. Config.EnvironmentFiles.Select(file => file.Path),
        .. Config.Directory is { } directory ? [directory] : Array.Empty<string>(),
        .. _socket?.Path is { } socket ? [socket] : Array.Empty<string>(),
        .. LogPaths,
    ];

    private IEnumerable<string> LogPaths
    {
        get
        {
            if (_stdout.Path is { } stdout)
                yield return stdout;
            if (_stderr?.Path is { } stderr)
                yield return stderr;
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
        Passed = _readiness?.Passed,
        Umask = Config.Umask,
        Limits = _mark is null ? Config.Limits : Config.Limits with { Mark = _mark },
        Credentials = Credentials(),
    };

    private TreeMark? NewMark()
    {
        var mark = TreeMark.New();
        if (mark is null)
            _context.Outlets.Activity.Log(LogLevel.Warn,
                $"what {Config.Name} leaves behind will not be ended (stop_tree): the limit RLIMIT_RTTIME that we have ourselves leaves no room");
        return mark;
    }

    private void CloseLogsIfUnused()
    {
        _stdout.CloseIfUnused();
        _stderr?.CloseIfUnused();
    }
}
