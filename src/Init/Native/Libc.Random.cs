using System.Runtime.InteropServices;

namespace Init.Native;

// sys/random.h.
internal static unsafe partial class Libc
{
    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial nint getrandom(byte* buf, nuint buflen, uint flags);
}
