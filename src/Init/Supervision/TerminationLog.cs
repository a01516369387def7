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
        if (Descriptors.Stat(Path).Kind != FileKind.Regular)
            return;
        try
        {
            var fd = Descriptors.Open(Path, O_WRONLY | O_TRUNC | O_NONBLOCK | O_NOCTTY);
            Descriptors.WriteAll(fd, Encoding.UTF8.GetBytes(text + "\n"));
            Descriptors.Close(fd);
        }
        catch (SyscallException e)
        {
            activity.Log(LogLevel.Warn, $"could not write {Path}: {Errno.Text(e.Errno)}");
        }
    }
}
