namespace Init.Output;

/// <summary>Paths that mean our own stdout or stderr: they are written through our descriptors, so no privilege is needed to open them.</summary>
internal static class StandardStreams
{
    /// <summary>1 or 2, or null for any other path.</summary>
    internal static int? Descriptor(string path) => path switch
    {
        "/dev/stdout" or "/dev/fd/1" or "/proc/self/fd/1" => 1,
        "/dev/stderr" or "/dev/fd/2" or "/proc/self/fd/2" => 2,
        _ => null,
    };
}
