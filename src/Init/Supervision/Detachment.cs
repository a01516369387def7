using System.Globalization;
using Init.Config;
using Init.Os;
using Init.Output;
using static Init.Native.Libc;

namespace Init.Supervision;

/// <summary>
/// Becoming a daemon. A process with threads cannot fork and go on, so the caller starts itself once more and waits: the second
/// process does the whole start with the caller's terminal, and when it detaches, the caller exits 0; if it fails before, the caller
/// exits with its status, its message already on the terminal. Seen from outside this is Supervisor's one fork (C-168).
/// </summary>
internal static class Detachment
{
    /// <summary>Names the caller's pid to the second process; taken out of the environment at once.</summary>
    private const string Marker = "_INIT_DETACH";

    /// <summary>`CALLER:FD`, where the second process tells the caller that it has detached; null when nobody waits.</summary>
    private static readonly int? _notify =
        ProcessEnvironment.Take(Marker)?.Split(':') is [var caller, var fd] && caller == Text(Children.ParentPid)
            ? int.Parse(fd, CultureInfo.InvariantCulture)
            : null;

    /// <summary>Whether we are the one that the caller started.</summary>
    internal static bool IsSecondProcess => _notify is not null;

    /// <summary>Starts ourselves once more and returns the exit status for the caller.</summary>
    internal static int RunDetached(IEnumerable<int> blocked)
    {
        var (read, write) = Descriptors.Pipe();
        Descriptors.SetCloseOnExec(write, false);
        var pid = Spawner.Spawn(new SpawnRequest
        {
            Path = Spawner.OwnPath,
            Arguments = ProcessEnvironment.Arguments,
            Environment = [.. ProcessEnvironment.Variables, $"{Marker}={Text(Children.OwnPid)}:{Text(write)}"],
            Group = SpawnGroup.Inherit,
            PassDescriptors = true,
            AsShell = true,
        });
        Descriptors.Close(write);
        SignalMask.Unblock(blocked); // whoever gives up waiting may interrupt us
        Span<byte> note = stackalloc byte[1];
        return Descriptors.Read(read, note) == 1 ? 0 : Children.WaitFor(pid).ShellStatus;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The second process leaves the terminal, in the order and words of Supervisor.</summary>
    internal static void Detach(SupervisordConfig config, ActivityLog activity)
    {
        activity.Log(LogLevel.Info, "daemonizing the supervisord process");
        if (config.Directory is { } directory)
            try
            {
                Descriptors.ChangeDirectory(directory);
                activity.Log(LogLevel.Info, $"set current directory: {PythonText.Repr(directory)}");
            }
            catch (SyscallException e)
            {
                activity.Log(LogLevel.Critical, $"can't chdir into {PythonText.Repr(directory)}: [Errno {e.Errno}] {Errno.Text(e.Errno)}: {PythonText.Repr(directory)}");
            }
        var nowhere = Descriptors.Open("/dev/null", O_RDWR);
        for (var fd = 0; fd <= 2; fd++)
            Descriptors.Duplicate(nowhere, fd);
        Descriptors.Close(nowhere);
        Children.NewSession();
        Children.SetUmask(config.Umask);
        // Last: the caller's end may close its terminal, which must not be ours any more.
        if (_notify is { } notify)
        {
            Descriptors.WriteAll(notify, [0]);
            Descriptors.Close(notify);
        }
    }
}
