using System.Runtime.InteropServices;

namespace Init.Native;

// sys/mman.h.
internal static unsafe partial class Libc
{
    internal const int MADV_DONTNEED = 4;

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int madvise(void* addr, nuint length, int advice);
}
