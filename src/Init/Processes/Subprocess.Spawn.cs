using Init.Config;
using Init.Os;

namespace Init.Processes;

/// <summary>How the process is made.</summary>
internal sealed partial class Subprocess
{
    private ProcessInput Spawn()
    {
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
        try
        {
            PrepareReadiness(environment);
            pipes = new ChildPipes(Config.RedirectStderr, socket);
            _stdout.Open();
            _stderr?.Open();
        }
        catch (SyscallException e)
        {
            pipes?.Dispose();
            CloseLogsIfUnused();
            return ProcessInput.SpawnFailed(e.Errno is Errno.EMFILE or Errno.ENFILE
                ? $"too many open files to spawn '{Config.Name}'"
                : $"unknown error making dispatchers for '{Config.Name}': {Errno.Name(e.Errno)}{(e is UntrustedPathException ? $" ({e.Message})" : "")}");
        }

        using (pipes)
            try
            {
                _mark = Config.StopTree ? NewMark() : null;
                var request = Request(command, environment, pipes);
                if (request.Credentials is { } user)
                    pipes.GiveTo(user.Uid);
                var pid = Spawner.Spawn(request);
                _context.Reports.Pids[pid] = this;
                _stdin = pipes.TakeStdin() is { } stdin ? new ChildInput(stdin, _context.Outlets.Loop) : null;
                Listener?.Started(pid);
                BeginReadiness(pid);
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
