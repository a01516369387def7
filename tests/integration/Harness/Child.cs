using System.Runtime.InteropServices;
using System.Text;
using Mono.Unix.Native;

namespace Init.Integration.Harness;

/// <summary>What a child's stdout and stderr are.</summary>
internal enum Streams
{
    /// <summary>Two pipes, read as they fill.</summary>
    Pipes,

    /// <summary>Two pipes that nobody reads before <see cref="Child.ReadOutput"/>.</summary>
    UnreadPipes,

    /// <summary>A terminal of its own, the controlling one of a session of its own.</summary>
    Terminal,

    /// <summary>The same, which nobody reads before <see cref="Child.ReadOutput"/>.</summary>
    UnreadTerminal,
}

/// <summary>
/// A process started by posix_spawn in a session of its own, with clean signals, and waited for by its own pid.
/// System.Diagnostics.Process cannot tell a death by signal from an exit, and gives no terminal.
/// </summary>
internal sealed unsafe class Child : IDisposable
{
    private readonly int _outputFd;
    private readonly int _errorFd;
    private readonly string _mark = "INIT_TEST_MARK=" + Guid.NewGuid().ToString("N");
    private readonly TaskCompletionSource<ExitStatus> _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _reading;
    private int _unread;
    private long _unreadSince;

    private Child(IReadOnlyList<string> argv, Streams streams, string directory, IEnumerable<string> environment)
    {
        Command = string.Join(' ', argv);
        var terminal = streams is Streams.Terminal or Streams.UnreadTerminal;
        var output = terminal ? OpenTerminal() : OpenPipe();
        var error = terminal ? default : OpenPipe();
        (_outputFd, _errorFd) = (output.Ours, error.Ours);
        Pid = Spawn(argv, output, error, directory, environment.Append(_mark));
        if (terminal)
            Error = Output;
        else
        {
            _ = Posix.close(output.Theirs);
            _ = Posix.close(error.Theirs);
        }

        if (streams is Streams.Pipes or Streams.Terminal)
            ReadOutput();
        new Thread(Wait) { IsBackground = true, Name = "wait for " + Pid }.Start();
    }

    public string Command { get; }

    public int Pid { get; }

    public Transcript Output { get; } = new();

    /// <summary>The same as <see cref="Output"/> on a terminal.</summary>
    public Transcript Error { get; } = new();

    public bool HasExited => _exit.Task.IsCompleted;

    /// <summary>Whether its unread stdout has something in it and has not taken more for a while.</summary>
    public bool IsStalled
    {
        get
        {
            int unread;
            _ = Posix.ioctl(_outputFd, Posix.UnreadBytes, &unread);
            if (unread != _unread)
                (_unread, _unreadSince) = (unread, Environment.TickCount64);
            return unread > 0 && Environment.TickCount64 - _unreadSince > 300;
        }
    }

    public static Child Start(
        IReadOnlyList<string> argv,
        Streams streams = Streams.Pipes,
        string directory = "/",
        IEnumerable<string>? environment = null) => new(argv, streams, directory, environment ?? InheritedEnvironment());

    /// <summary>A small environment, the same on every machine.</summary>
    public static IEnumerable<string> PlainEnvironment() =>
    [
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8", "TMPDIR=/tmp",
    ];

    /// <summary>This process's environment as KEY=value, which a container engine needs.</summary>
    public static IEnumerable<string> InheritedEnvironment() =>
        from System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables() select $"{entry.Key}={entry.Value}";

    /// <summary>Runs a command to its end and gives what it wrote to stdout; a failure throws with what it wrote to stderr.</summary>
    public static string Run(params string[] argv)
    {
        using var child = Start(argv);
        var exit = child.WaitForExit(TimeSpan.FromMinutes(2));
        if (exit is not { Code: 0 })
            throw new InvalidOperationException($"{child.Command}: {exit?.ToString() ?? "still running"}\n{child.Output}\n{child.Error}");
        return child.Output.ToString();
    }

    /// <summary>Begins to read the pipes.</summary>
    public void ReadOutput()
    {
        if (_reading)
            return;
        _reading = true;
        Collect(_outputFd, Output);
        if (_errorFd != 0)
            Collect(_errorFd, Error);
    }

    /// <summary>Closes the reading ends of streams that were never read, so that writers meet EPIPE.</summary>
    public void CloseOutput()
    {
        if (_reading)
            throw new InvalidOperationException("The pipes are being read.");
        _reading = true;
        _ = Posix.close(_outputFd);
        if (_errorFd != 0)
            _ = Posix.close(_errorFd);
        Output.End();
        Error.End();
    }

    /// <summary>Types at its terminal.</summary>
    public void Type(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* start = bytes)
            Check((int)Posix.write(_outputFd, start, bytes.Length), "write");
    }

    public void Signal(Signum signal) => _ = Posix.kill(Pid, (int)signal);

    /// <summary>How it ended, its output read to the end; null when it has not ended in time.</summary>
    public ExitStatus? WaitForExit(TimeSpan timeout)
    {
        if (!_exit.Task.Wait(timeout))
            return null;
        // Something that it left running may hold the pipes: the status does not depend on that.
        if (_reading)
        {
            Output.WaitForEnd(TimeSpan.FromMilliseconds(500));
            Error.WaitForEnd(TimeSpan.FromMilliseconds(500));
        }

        return _exit.Task.Result;
    }

    /// <summary>Kills it and everything that was started from it, daemons included: they carry its mark in their environment.</summary>
    public void Dispose()
    {
        if (!HasExited)
            Signal(Signum.SIGKILL);
        _exit.Task.Wait(Eventually.Patience);
        foreach (var process in ProcessTable.All().Where(process => process.HasInEnvironment(_mark)))
            _ = Posix.kill(process.Pid, (int)Signum.SIGKILL);
        if (!_reading)
            CloseOutput();
    }

    private static (int Ours, int Theirs) OpenPipe()
    {
        var fds = stackalloc int[2];
        Check(Posix.pipe2(fds, Posix.CloseOnExec), "pipe2");
        return (fds[0], fds[1]);
    }

    private static (int Ours, int Theirs) OpenTerminal()
    {
        var master = Posix.posix_openpt(Posix.ReadWrite | Posix.NoControllingTerminal | Posix.CloseOnExec);
        Check(master, "posix_openpt");
        Check(Posix.grantpt(master), "grantpt");
        Check(Posix.unlockpt(master), "unlockpt");
        return (master, -1);
    }

    private static string NameOfTerminal(int master)
    {
        var buffer = stackalloc byte[64];
        Check(Posix.ptsname_r(master, buffer, 64), "ptsname_r");
        return Marshal.PtrToStringUTF8((nint)buffer)!;
    }

    private static int Spawn(
        IReadOnlyList<string> argv, (int Ours, int Theirs) output, (int Ours, int Theirs) error, string directory, IEnumerable<string> environment)
    {
        var attributes = stackalloc byte[Posix.OpaqueSize];
        var actions = stackalloc byte[Posix.OpaqueSize];
        var set = stackalloc byte[Posix.OpaqueSize];
        _ = Posix.posix_spawnattr_init(attributes);
        _ = Posix.posix_spawnattr_setflags(attributes, Posix.SpawnSetSid | Posix.SpawnSetSigmask | Posix.SpawnSetSigdef);
        _ = Posix.sigemptyset(set);
        _ = Posix.posix_spawnattr_setsigmask(attributes, set);
        // All: sigfillset leaves out 32 and 33, which posix_spawn would then leave ignored.
        new Span<byte>(set, Posix.OpaqueSize).Fill(0xFF);
        _ = Posix.posix_spawnattr_setsigdefault(attributes, set);
        _ = Posix.posix_spawn_file_actions_init(actions);
        if (output.Theirs < 0)
        {
            // The leader of a new session gets the terminal that it opens first as its controlling one.
            _ = Posix.posix_spawn_file_actions_addopen(actions, 0, NameOfTerminal(output.Ours), Posix.ReadWrite, 0);
            _ = Posix.posix_spawn_file_actions_adddup2(actions, 0, 1);
            _ = Posix.posix_spawn_file_actions_adddup2(actions, 0, 2);
        }
        else
        {
            _ = Posix.posix_spawn_file_actions_addopen(actions, 0, "/dev/null", 0, 0);
            _ = Posix.posix_spawn_file_actions_adddup2(actions, output.Theirs, 1);
            _ = Posix.posix_spawn_file_actions_adddup2(actions, error.Theirs, 2);
        }

        // Whatever this process itself was started with.
        _ = Posix.posix_spawn_file_actions_addclosefrom_np(actions, 3);
        _ = Posix.posix_spawn_file_actions_addchdir_np(actions, directory);
        var argvBlock = Block(argv);
        var environmentBlock = Block([.. environment]);
        int pid;
        var result = Posix.posix_spawnp(&pid, argv[0], actions, attributes, argvBlock, environmentBlock);
        Free(argvBlock);
        Free(environmentBlock);
        return result == 0 ? pid : throw new InvalidOperationException($"cannot start {argv[0]}: {Marshal.GetPInvokeErrorMessage(result)}");
    }

    private static byte** Block(IReadOnlyList<string> words)
    {
        var block = (byte**)NativeMemory.AllocZeroed((nuint)words.Count + 1, (nuint)sizeof(byte*));
        for (var i = 0; i < words.Count; i++)
            block[i] = (byte*)Marshal.StringToCoTaskMemUTF8(words[i]);
        return block;
    }

    private static void Free(byte** block)
    {
        for (var word = block; *word != null; word++)
            Marshal.FreeCoTaskMem((nint)(*word));
        NativeMemory.Free(block);
    }

    private static void Check(int result, string call)
    {
        if (result < 0)
            throw new InvalidOperationException($"{call}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    private static void Collect(int fd, Transcript transcript) => new Thread(() =>
    {
        var buffer = new byte[65536];
        fixed (byte* start = buffer)
        {
            // A terminal whose last user has gone answers EIO: that is its end of file.
            for (var count = Posix.read(fd, start, buffer.Length); count > 0; count = Posix.read(fd, start, buffer.Length))
                transcript.Append(buffer.AsSpan(0, (int)count));
        }

        transcript.End();
        _ = Posix.close(fd);
    })
    { IsBackground = true, Name = "read " + fd }.Start();

    private void Wait()
    {
        int status;
        while (Posix.waitpid(Pid, &status, 0) < 0)
            if (Marshal.GetLastPInvokeError() != (int)Errno.EINTR)
            {
                _exit.SetException(new InvalidOperationException($"waitpid({Pid}): {Marshal.GetLastPInvokeErrorMessage()}"));
                return;
            }

        _exit.SetResult(ExitStatus.FromWait(status));
    }
}
