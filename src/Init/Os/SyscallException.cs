using System.Runtime.InteropServices;

namespace Init.Os;

/// <summary>A system call that failed, with its errno.</summary>
internal class SyscallException(string call, int errno, string? message = null)
    : Exception(message ?? $"{call}: [Errno {errno}] {Os.Errno.Text(errno)}")
{
    internal string Call { get; } = call;

    internal int Errno { get; } = errno;

    internal static SyscallException Last(string call) => new(call, Marshal.GetLastPInvokeError());
}

/// <summary>
/// A path that leads where a less privileged user wants it to; or may lead there, by the time it is used. The message is the reason:
/// `/var/log/app/x.log is a symbolic link of nobody (uid 65534) to /etc/passwd: not followed`.
/// </summary>
internal sealed class UntrustedPathException(string reason) : SyscallException("open", Os.Errno.EACCES, reason);
