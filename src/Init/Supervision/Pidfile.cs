using Init.Os;
using static Init.Native.Libc;

namespace Init.Supervision;

/// <summary>The file that names our pid. The file we wrote is the file we remove, whatever the configuration says later.</summary>
internal sealed class Pidfile
{
    private readonly string _path;
    private readonly FileStatus _written;

    private Pidfile(string path, FileStatus written) => (_path, _written) = (path, written);

    /// <summary>Null when it cannot be written, which stops nothing (C-164).</summary>
    /// <param name="refused">Told why it is not, where another user may have put there what it leads to.</param>
    internal static Pidfile? Write(string path, Action<string>? refused = null)
    {
        try
        {
            using var entry = PathWalk.ToEntry(path, follows: true);
            // Whoever reads it may signal the process that it names: so nobody else may be able to write it later.
            if (entry.Directory.OthersMayName && entry.Status() is { Kind: FileKind.Regular } found && !PathTrust.IsOurs(found.Uid)
                && found.Uid != entry.Directory.Status.Uid) // who may replace it anyway
                throw new UntrustedPathException($"{entry.Path} belongs to {PathTrust.User(found.Uid)}: not written");
            var fd = entry.Open(O_WRONLY | O_CREAT | O_TRUNC, Descriptors.ModeOfNewFiles);
            Descriptors.WriteAll(fd, System.Text.Encoding.ASCII.GetBytes($"{Children.OwnPid}\n"));
            var written = FileStatus.Of(fd);
            Descriptors.Close(fd);
            return new Pidfile(path, written);
        }
        catch (SyscallException e)
        {
            if (e is UntrustedPathException)
                refused?.Invoke(e.Message);
            return null;
        }
    }

    /// <summary>Removes it, if it is a file: as root, Supervisor deletes the machine's /dev/null when that is what `pidfile` says.</summary>
    internal void Remove()
    {
        if (_written.Kind != FileKind.Regular || PathGate.FirstSilent([_path]) is not null || GuardedFile.Identity(_path) != _written.Identity)
            return;
        try
        {
            GuardedFile.Unlink(_path);
        }
        catch (SyscallException)
        {
            // The directory may no longer be writable to the user we became; a stale pidfile is what Supervisor leaves too.
        }
    }
}
