using System.Runtime.InteropServices;

namespace Init.Os;

/// <summary>errno values of Linux: the ones the code asks about, and the names Supervisor's messages carry.</summary>
internal static class Errno
{
    internal const int EPERM = 1;
    internal const int ENOENT = 2;
    internal const int ESRCH = 3;
    internal const int EINTR = 4;
    internal const int EIO = 5;
    internal const int ENOEXEC = 8;
    internal const int EBADF = 9;
    internal const int ECHILD = 10;
    internal const int EAGAIN = 11;
    internal const int ENOMEM = 12;
    internal const int EACCES = 13;
    internal const int EEXIST = 17;
    internal const int EXDEV = 18;
    internal const int ENOTDIR = 20;
    internal const int EISDIR = 21;
    internal const int EINVAL = 22;
    internal const int ENFILE = 23;
    internal const int EMFILE = 24;
    internal const int EFBIG = 27;
    internal const int ENOSPC = 28;
    internal const int EPIPE = 32;
    internal const int ENAMETOOLONG = 36;
    internal const int ENOSYS = 38;
    internal const int ELOOP = 40;
    internal const int EMSGSIZE = 90;
    internal const int EOPNOTSUPP = 95;
    internal const int EADDRINUSE = 98;
    internal const int ENOBUFS = 105;
    internal const int ECONNREFUSED = 111;
    internal const int EINPROGRESS = 115;
    internal const int EDQUOT = 122;
    internal const int ECANCELED = 125;

    private static readonly string[] _names =
    [
        "", "EPERM", "ENOENT", "ESRCH", "EINTR", "EIO", "ENXIO", "E2BIG", "ENOEXEC", "EBADF", "ECHILD", "EAGAIN", "ENOMEM", "EACCES",
        "EFAULT", "ENOTBLK", "EBUSY", "EEXIST", "EXDEV", "ENODEV", "ENOTDIR", "EISDIR", "EINVAL", "ENFILE", "EMFILE", "ENOTTY",
        "ETXTBSY", "EFBIG", "ENOSPC", "ESPIPE", "EROFS", "EMLINK", "EPIPE", "EDOM", "ERANGE", "EDEADLOCK", "ENAMETOOLONG", "ENOLCK",
        "ENOSYS", "ENOTEMPTY", "ELOOP",
    ];

    /// <summary>Something that we need is used up for the moment: processes, descriptors, memory, what one may watch (epoll's ENOSPC).</summary>
    internal static bool IsScarcity(int errno) => errno is EAGAIN or ENOMEM or ENFILE or EMFILE or ENOBUFS or ENOSPC;

    /// <summary>
    /// The kernel does not know the call or what it is asked for; or a seccomp filter does not, which answers EPERM as a rule.
    /// </summary>
    internal static bool MeansUnknown(int errno) => errno is ENOSYS or EPERM or EINVAL;

    internal static int Last => Marshal.GetLastPInvokeError();

    /// <summary>`EACCES`; a number without a usual name stays a number.</summary>
    internal static string Name(int errno) => errno switch
    {
        > 0 when errno < _names.Length => _names[errno],
        98 => "EADDRINUSE",
        99 => "EADDRNOTAVAIL",
        110 => "ETIMEDOUT",
        111 => "ECONNREFUSED",
        122 => "EDQUOT",
        _ => errno.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    /// <summary>The C library's text: `Permission denied`.</summary>
    internal static string Text(int errno) => Marshal.GetPInvokeErrorMessage(errno);
}
