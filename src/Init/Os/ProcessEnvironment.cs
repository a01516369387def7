namespace Init.Os;

/// <summary>
/// What we were started with, byte for byte. The runtime's own views replace bytes that are not UTF-8; these go through
/// <see cref="PosixText"/> and come out as they went in.
/// </summary>
internal static class ProcessEnvironment
{
    /// <summary>`NAME=value`, in order.</summary>
    internal static IReadOnlyList<string> Variables { get; } = Read("/proc/self/environ") ?? FromRuntime();

    /// <summary>argv, its first word included.</summary>
    internal static IReadOnlyList<string> Arguments { get; } = Read("/proc/self/cmdline") ?? [.. Environment.GetCommandLineArgs()];

    private static List<string>? Read(string path)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            var strings = new List<string>();
            for (int start = 0, end; start < bytes.Length; start = end + 1)
            {
                end = Array.IndexOf(bytes, (byte)0, start);
                if (end < 0)
                    end = bytes.Length;
                strings.Add(PosixText.Decode(bytes.AsSpan(start, end - start)));
            }
            return strings;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // no /proc: the runtime's view has to do
        }
    }

    private static List<string> FromRuntime()
    {
        var variables = new List<string>();
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
            variables.Add($"{variable.Key}={variable.Value}");
        return variables;
    }
}
