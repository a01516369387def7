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
    private const string Marker = "_INIT_DETACH_FROM";

    /// <summary>The second process tells the caller through its stdin, which a daemon has no other use for.</summary>
    private const int Notify = 0;

    /// <summary>Whether we are the one that the caller started.</summary>
    internal static bool IsSecondProcess { get; } = ProcessEnvironment.Take(Marker) == OwnParent;

    private static string OwnParent => Children.ParentPid.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Starts ourselves once more and returns the exit status for the caller.</summary>
    internal static int RunDetached()
    {
        var (read, write) = Descriptors.Pipe();
        var pid = Spawner.Spawn(new SpawnRequest
        {
            Path = Spawner.OwnPath,
            Arguments = ProcessEnvironment.Arguments,
            Environment = [.. ProcessEnvironment.Variables, $"{Marker}={Children.OwnPid}"],
            Stdin = write,
            Group = SpawnGroup.Inherit,
            AsShell = true,
        });
        Descriptors.Close(write);
        Span<byte> note = stackalloc byte[1];
        return Descriptors.Read(read, note) == 1 ? 0 : Children.WaitFor(pid).ShellStatus;
    }

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
        Descriptors.WriteAll(Notify, [0]);
        var nowhere = Descriptors.Open("/dev/null", O_RDWR);
        for (var fd = 0; fd <= 2; fd++)
            Descriptors.Duplicate(nowhere, fd);
        Descriptors.Close(nowhere);
        Children.NewSession();
        Children.SetUmask(config.Umask);
    }
}
