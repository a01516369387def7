using System.Runtime.InteropServices;

namespace Init.Native;

// time.h.
internal static unsafe partial class Libc
{
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

    [LibraryImport(LibraryName)]
    internal static partial int nanosleep(timespec* req, timespec* rem);

    [LibraryImport(LibraryName)]
    internal static partial tm* localtime_r(long* timep, tm* result);
}
