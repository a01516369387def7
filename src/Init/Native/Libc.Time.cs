using System.Runtime.InteropServices;

namespace Init.Native;

// time.h, sys/timerfd.h.
internal static unsafe partial class Libc
{
    internal const int CLOCK_REALTIME = 0;
    internal const int TFD_NONBLOCK = 0x800;
    internal const int TFD_CLOEXEC = 0x80000;
    internal const int TFD_TIMER_ABSTIME = 1;
    internal const int TFD_TIMER_CANCEL_ON_SET = 2;

    [StructLayout(LayoutKind.Sequential)]
    internal struct tm
    {
        public int tm_sec;
        public int tm_min;
        public int tm_hour;
        public int tm_mday;
        public int tm_mon;
        public int tm_year;
        public int tm_wday;
        public int tm_yday;
        public int tm_isdst;
        public nint tm_gmtoff;
        public byte* tm_zone;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct timespec
    {
        public nint tv_sec;
        public nint tv_nsec;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct itimerspec
    {
        public timespec it_interval;
        public timespec it_value;
    }

    [LibraryImport(LibraryName)]
    internal static partial int nanosleep(timespec* req, timespec* rem);

    [LibraryImport(LibraryName)]
    internal static partial tm* localtime_r(long* timep, tm* result);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int timerfd_create(int clockid, int flags);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int timerfd_settime(int fd, int flags, itimerspec* new_value, itimerspec* old_value);
}
