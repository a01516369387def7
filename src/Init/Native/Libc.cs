using System.Runtime.CompilerServices;

[assembly: DisableRuntimeMarshalling]

namespace Init.Native;

/// <summary>
/// libc as the man pages write it, and nothing else: no policy, no conversion, no checks. One file per header family.
/// The values are Linux's on x86-64 and arm64.
/// </summary>
internal static unsafe partial class Libc
{
    private const string LibraryName = "libc";
}
