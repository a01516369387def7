using Init.Os;
using static Init.Native.Libc;

namespace Init.Supervision;

/// <summary>The file that names our pid. The file we wrote is the file we remove, whatever the configuration says later.</summary>
internal sealed class Pidfile
{
    private readonly string _path;

    private Pidfile(string path) => _path = path;

    /// <summary>Null when it cannot be written, which stops nothing (C-164).</summary>
    internal static Pidfile? Write(string path)
    {
        try
        {
            var fd = Descriptors.Open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK | O_NOCTTY, Descriptors.ModeOfNewFiles);
            Descriptors.WriteAll(fd, System.Text.Encoding.ASCII.GetBytes($"{Children.OwnPid}\n"));
            Descriptors.Close(fd);
            return new Pidfile(path);
        }
        catch (SyscallException)
        {
            return null;
        }
    }

    /// <summary>Removes it, if it is a file: as root, Supervisor deletes the machine's /dev/null when that is what `pidfile` says.</summary>
    internal void Remove()
    {
        if (PathGate.FirstSilent([_path]) is not null || Descriptors.Stat(_path).Kind != FileKind.Regular)
            return;
        try
        {
            Descriptors.Unlink(_path);
        }
        catch (SyscallException)
        {
            // The directory may no longer be writable to the user we became; a stale pidfile is what Supervisor leaves too.
        }
    }
}
