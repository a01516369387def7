using Init.Config;
using Init.Os;
using Init.Output;
using static Init.Native.Libc;

namespace Init.Supervision;

/// <summary>
/// The AUTO logs: `PROCESS-STREAM---IDENTIFIER-XXXXXXXX.log` in childlogdir (C-256). The eight characters carry our pid, so that
/// a second daemon with the same identifier can tell the files of a dead one from those of a living one (not so in Supervisor, C-167).
/// </summary>
internal sealed class ChildLogDirectory(SupervisordConfig config)
{
    private const string Alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
    private const int PidDigits = 5; // 36^5 is above the kernel's largest pid, 2^22
    private const int RandomDigits = 3;
    private const uint OwnerOnly = 0x180; // 0600

    /// <summary>Makes an empty file for one stream of one process and returns its path.</summary>
    /// <exception cref="ConfigException">The directory does not take it.</exception>
    internal string Create(string process, string stream)
    {
        for (var tries = 0; ; tries++)
        {
            var path = Path.Join(config.ChildLogDir, $"{process}-{stream}---{config.Identifier}-{OwnDigits()}.log");
            try
            {
                Descriptors.Close(GuardedFile.Open(path, O_WRONLY | O_CREAT | O_EXCL, OwnerOnly));
                return path;
            }
            catch (SyscallException e) when (tries == 10 || e.Errno != Errno.EEXIST)
            {
                throw new ConfigException($"could not create the log file {path} of process {process}: {(e is UntrustedPathException ? e.Message : Errno.Text(e.Errno))}");
            }
            catch (SyscallException)
            {
                // A name that is taken; the next one differs.
            }
        }
    }

    /// <summary>Deletes the files, rotated ones too, that an ended daemon of our identifier left (C-257, C-258).</summary>
    internal void Clear(ActivityLog activity)
    {
        var marker = $"---{config.Identifier}-";
        try
        {
            using var directory = PathWalk.ToDirectory(config.ChildLogDir);
            foreach (var file in Directory.GetFileSystemEntries(config.ChildLogDir))
            {
                var name = Path.GetFileName(file.AsSpan());
                if (name.LastIndexOf(marker, StringComparison.Ordinal) is > 0 and var at
                    && name[(at + marker.Length)..].IndexOf(".log", StringComparison.Ordinal) is > 0 and var length
                    && !BelongsToTheLiving(name.Slice(at + marker.Length, length)))
                    Delete(directory, name.ToString(), activity);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SyscallException)
        {
            activity.Log(LogLevel.Warn, e is UntrustedPathException ? $"Could not clear childlog dir: {e.Message}" : "Could not clear childlog dir");
        }
    }

    private static void Delete(DirectoryHandle directory, string name, ActivityLog activity)
    {
        try
        {
            if (directory.StatusOf(name) is { Kind: FileKind.Regular })
                directory.Unlink(name);
        }
        catch (SyscallException)
        {
            activity.Log(LogLevel.Warn, $"Failed to clean up '{directory.Shown(name)}'");
        }
    }

    /// <summary>Our own files are an earlier life's, before a restart; Python Supervisor's eight characters rarely spell a live pid.</summary>
    private static bool BelongsToTheLiving(ReadOnlySpan<char> digits)
    {
        if (digits.Length != PidDigits + RandomDigits)
            return false;
        var pid = 0L;
        foreach (var digit in digits[..PidDigits])
        {
            var value = Alphabet.IndexOf(digit, StringComparison.Ordinal);
            if (value < 0)
                return false;
            pid = pid * Alphabet.Length + value;
        }
        return pid is > 0 and <= int.MaxValue && pid != Children.OwnPid && Children.Signal((int)pid, 0) == 0;
    }

    private static string OwnDigits()
    {
        Span<char> digits = stackalloc char[PidDigits + RandomDigits];
        var pid = Children.OwnPid;
        for (var i = PidDigits - 1; i >= 0; i--, pid /= Alphabet.Length)
            digits[i] = Alphabet[pid % Alphabet.Length];
        for (var i = PidDigits; i < digits.Length; i++)
            digits[i] = Alphabet[Random.Shared.Next(Alphabet.Length)];
        return digits.ToString();
    }
}
