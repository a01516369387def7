using static Init.Native.Libc;

namespace Init.Os;

internal static unsafe partial class Descriptors
{
    /// <summary>The kind and mode of the file at a path, links followed; Missing when it cannot be told.</summary>
    internal static (FileKind Kind, int Mode) Stat(string path)
    {
        statx_t status;
        fixed (byte* name = PosixText.Encode(path))
            return statx(AT_FDCWD, name, 0, STATX_TYPE | STATX_MODE, &status) < 0
                ? (FileKind.Missing, 0)
                : (KindOf(status.stx_mode, -1), status.stx_mode & 0xFFF);
    }

    /// <summary>How many descriptors we have open: the size of that directory, since Linux 6.2; before, they are counted.</summary>
    internal static int CountOpen()
    {
        const string all = "/proc/self/fd";
        statx_t status;
        fixed (byte* name = PosixText.Encode(all))
            if (statx(AT_FDCWD, name, 0, STATX_SIZE, &status) < 0)
                return 0;
        return status.stx_size > 0 ? (int)status.stx_size : Directory.EnumerateFileSystemEntries(all).Count() - 1; // it is read with one more
    }

    internal static bool MayExecute(string path)
    {
        fixed (byte* name = PosixText.Encode(path))
            return access(name, X_OK) == 0;
    }

    internal static bool MayWrite(string path)
    {
        fixed (byte* name = PosixText.Encode(path))
            return access(name, W_OK) == 0;
    }

    internal static void ChangeDirectory(string path)
    {
        fixed (byte* name = PosixText.Encode(path))
            if (chdir(name) < 0)
                throw SyscallException.Last("chdir");
    }
}
