using System.Runtime.InteropServices;

namespace Init.Native;

// start.h: our own C part, which runs before the runtime. It is linked into the published binary and is not there where tests run the
// managed assembly.
internal static unsafe partial class Libc
{
    private const string StartName = "start";

    [LibraryImport(StartName)]
    internal static partial byte* init_environment(int* count);

    [LibraryImport(StartName)]
    internal static partial byte** init_arguments(int* count);

    [LibraryImport(StartName)]
    internal static partial ulong init_inherited_mask();

    [LibraryImport(StartName)]
    internal static partial void init_has_started();
}
