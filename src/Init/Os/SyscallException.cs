using System.Runtime.InteropServices;

namespace Init.Os;

/// <summary>A system call that failed, with its errno.</summary>
internal sealed class SyscallException(string call, int errno)
    : Exception($"{call}: [Errno {errno}] {Os.Errno.Text(errno)}")
{
    internal string Call { get; } = call;

    internal int Errno { get; } = errno;

    internal static SyscallException Last(string call) => new(call, Marshal.GetLastPInvokeError());
}
