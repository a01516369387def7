using static Init.Native.Libc;

namespace Init.Os;

/// <summary>A timerfd on the wall clock: readable at a moment, at once when the clock is set, and after a sleep of the machine.</summary>
internal sealed unsafe class WallTimer : IDisposable
{
    private const long TicksPerSecond = TimeSpan.TicksPerSecond;

    internal WallTimer() => Descriptor =
        timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC) is >= 0 and var fd ? fd : throw SyscallException.Last("timerfd_create");

    internal int Descriptor { get; }

    internal void Set(DateTimeOffset at)
    {
        var ticks = Math.Max(1, (at - DateTimeOffset.UnixEpoch).Ticks); // a time of 0 would disarm it
        var when = new itimerspec
        {
            it_value = new timespec { tv_sec = (nint)(ticks / TicksPerSecond), tv_nsec = (nint)(ticks % TicksPerSecond * TimeSpan.NanosecondsPerTick) },
        };
        // ECANCELED: it is set, but the clock was before, and nobody has read that.
        if (timerfd_settime(Descriptor, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &when, null) < 0 && Errno.Last != Errno.ECANCELED)
            throw SyscallException.Last("timerfd_settime");
    }

    internal void Clear()
    {
        ulong count;
        _ = read(Descriptor, &count, sizeof(ulong)); // ECANCELED: the clock was set
    }

    public void Dispose() => Descriptors.Close(Descriptor);
}
