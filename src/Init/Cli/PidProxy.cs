using System.Globalization;
using Init.Config;
using Init.Os;
using static Init.Os.Signals;

namespace Init.Cli;

/// <summary>
/// `pidproxy PIDFILE COMMAND ARG...`: runs a command that goes into the background, stays in the foreground in its place, and sends the
/// signals it gets to the pid that the command's pidfile names at that moment (E-071 to E-076). Without Supervisor's five seconds until
/// the end of the command is noticed; a command that cannot be executed is told.
/// </summary>
internal sealed class PidProxy(string pidfile, IReadOnlyList<string> command)
{
    private static readonly int[] _passed = [SIGTERM, SIGHUP, SIGINT, SIGUSR1, SIGUSR2, SIGQUIT];

    private readonly List<int> _received = [];

    /// <summary>Returns the exit status.</summary>
    internal static int Run(string program, IReadOnlyList<string> words)
    {
        if (words.Count >= 2)
            return new PidProxy(words[0], [.. words.Skip(1)]).Run();
        Say($"""
            pidproxy -- run command and proxy signals to it via its pidfile.

            The command is run, and each signal that comes here is sent to the process whose
            id is in the pidfile.

            Usage: {program} <pidfile name> <command> [<cmdarg1> ...]

            """);
        return ExitStatus.TooFewArguments;
    }

    private int Run()
    {
        int[] waited = [SIGCHLD, .. _passed];
        SignalMask.WaitFor(waited);
        using var signals = new SignalQueue(waited);
        int child;
        try
        {
            child = Spawner.Spawn(new SpawnRequest
            {
                Path = PosixPath.Absolute(command[0], Environment.CurrentDirectory), // not looked up in PATH (E-072)
                Arguments = command,
                Environment = ProcessEnvironment.Variables,
                Group = SpawnGroup.Inherit,
                PassDescriptors = true,
                AsShell = true,
            });
        }
        catch (SyscallException e)
        {
            return ExecPlan.SayAsShell(command[0], e.Errno);
        }

        while (true)
        {
            signals.Wait(_received);
            foreach (var signal in _received)
                if (signal != SIGCHLD && Pass(signal))
                    return ExitStatus.Success; // without waiting (E-074)
            _received.Clear();
            while (Children.TryReap(out var pid, out _))
                if (pid == child)
                    return ExitStatus.Success; // whatever the command's was (E-073)
        }
    }

    /// <returns>Whether it was sent and is our end, too.</returns>
    private bool Pass(int signal)
    {
        if (ReadPid() is not { } pid)
        {
            Say($"Can't read child pidfile {pidfile}!\n"); // E-075
            return false;
        }
        if (Children.Signal(pid, signal) is not 0 and var errno)
            Say($"Can't send {Name(signal)} to {pid}: {Errno.Text(errno)}\n");
        return signal is SIGTERM or SIGINT or SIGQUIT;
    }

    private int? ReadPid()
    {
        try
        {
            return int.TryParse(File.ReadAllText(pidfile).AsSpan().Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var pid)
                ? pid
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Say(string text) => Descriptors.WriteAll(1, PosixText.Bytes(text));
}
