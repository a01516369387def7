using static Init.Native.Libc;

namespace Init.Os;

internal static unsafe partial class StreamSockets
{
    /// <summary>
    /// Whether the other side of a connection has closed it, or reset it; false when it has closed its writing half, and, of TCP, while
    /// its kernel has not said so.
    /// </summary>
    internal static bool IsGone(int fd)
    {
        var asked = new pollfd { fd = fd };
        return poll(&asked, 1, 0) > 0 && (asked.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
    }
}
