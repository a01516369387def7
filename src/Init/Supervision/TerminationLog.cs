using System.Text;
using Init.Config;
using Init.Os;
using Init.Output;
using static Init.Native.Libc;

namespace Init.Supervision;

/// <summary>The file that Kubernetes makes for a container to say why it has ended; nowhere else is there one.</summary>
internal static class TerminationLog
{
    private const string Path = "/dev/termination-log";

    internal static void Write(string text, ActivityLog activity)
    {
        if (!GuardedFile.IsRegular(Path))
            return;
        try
        {
            var fd = GuardedFile.Open(Path, O_WRONLY | O_TRUNC);
            Descriptors.WriteAll(fd, Encoding.UTF8.GetBytes(text + "\n"));
            Descriptors.Close(fd);
        }
        catch (SyscallException e)
        {
            activity.Log(LogLevel.Warn, $"could not write {Path}: {Errno.Text(e.Errno)}");
        }
    }
}
