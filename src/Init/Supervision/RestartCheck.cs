using Init.Config;
using Init.Os;
using Init.Output;
using static Init.Native.Libc;

namespace Init.Supervision;

/// <summary>
/// What can be tried of a configuration before everything is stopped for it. Supervisor stops first, and ends when the new one does
/// not start (L-105).
/// </summary>
internal static class RestartCheck
{
    /// <exception cref="ConfigException">A restart with it would fail.</exception>
    internal static void Try(Configuration configuration, bool containerMode)
    {
        var config = configuration.Supervisord;
        if (config.User is { } user && user.Uid != Users.OwnUid && Users.OwnUid != 0)
            throw new ConfigException("Can't drop privilege as nonroot user");
        if (config.Logfile is { } logfile and not "syslog" && StandardStreams.Descriptor(logfile) is null)
            TryToOpen(logfile);
        if (!containerMode && MakesFiles(configuration) && !Descriptors.MayWrite(config.ChildLogDir))
            throw new ConfigException($"could not create log files in {config.ChildLogDir}");
    }

    private static void TryToOpen(string logfile)
    {
        try
        {
            Descriptors.Close(GuardedFile.Open(logfile, O_WRONLY | O_APPEND | O_CREAT, Descriptors.ModeOfNewFiles));
        }
        catch (SyscallException e)
        {
            throw new ConfigException($"could not open log file {logfile}: {(e is UntrustedPathException ? e.Message : Errno.Text(e.Errno))}");
        }
    }

    private static bool MakesFiles(Configuration configuration) => configuration.Groups
        .SelectMany(group => group.Processes)
        .Any(process => process.Stdout.Target == LogTarget.Auto || (process.Stderr.Target == LogTarget.Auto && !process.RedirectStderr));
}
