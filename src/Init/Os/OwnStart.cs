using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static Init.Native.Libc;

namespace Init.Os;

/// <summary>
/// The arguments, variables and signal mask that the kernel started us with, as our C part saw them before the runtime was there (start.c). That part is in the published binary only;
/// tests that run the managed assembly read the same from /proc.
/// </summary>
internal static unsafe class OwnStart
{
    private static bool HasNativePart => !RuntimeFeature.IsDynamicCodeSupported;

    /// <summary>First thing in Main: a failure from here on is not one of the runtime's start.</summary>
    internal static void HasBegun() => init_has_started();

    /// <summary>The signals that were blocked in whoever started us, as bits of a signal set.</summary>
    internal static ulong InheritedMask => init_inherited_mask();

    internal static List<string> Environment()
    {
        if (!HasNativePart)
            return ReadFile("/proc/self/environ");
        int count;
        var next = init_environment(&count);
        var variables = new List<string>(count);
        for (; count > 0; count--)
            variables.Add(Next(ref next));
        return variables;
    }

    internal static List<string> Arguments()
    {
        if (!HasNativePart)
            return ReadFile("/proc/self/cmdline");
        int count;
        var words = init_arguments(&count);
        var arguments = new List<string>(count);
        for (var i = 0; i < count; i++)
        {
            var word = words[i];
            arguments.Add(Next(ref word));
        }
        return arguments;
    }

    private static string Next(ref byte* at)
    {
        var text = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(at);
        at += text.Length + 1;
        return PosixText.Decode(text);
    }

    private static List<string> ReadFile(string path)
    {
        var strings = new List<string>();
        for (ReadOnlySpan<byte> rest = File.ReadAllBytes(path); rest.IndexOf((byte)0) is >= 0 and var end; rest = rest[(end + 1)..])
            strings.Add(PosixText.Decode(rest[..end]));
        return strings;
    }
}
