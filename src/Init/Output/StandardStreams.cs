using System.Globalization;
using Init.Os;

namespace Init.Output;

/// <summary>Paths that mean our own stdout or stderr: they are written through our descriptors, so no privilege is needed to open them.</summary>
internal static class StandardStreams
{
    private static readonly string[] _folders =
    [
        "/dev/fd/", "/proc/self/fd/", string.Create(CultureInfo.InvariantCulture, $"/proc/{Children.OwnPid}/fd/"), // as PID 1 `/proc/1/fd/`, common in images
    ];

    /// <summary>1 or 2, or null for any other path.</summary>
    internal static int? Descriptor(string path) => path switch
    {
        "/dev/stdout" => 1,
        "/dev/stderr" => 2,
        [.. var folder, '1'] when _folders.Contains(folder) => 1,
        [.. var folder, '2'] when _folders.Contains(folder) => 2,
        _ => null,
    };
}
