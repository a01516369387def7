namespace Init.Config;

/// <summary>
/// [program-default], a section of ours: what every program section has where it says nothing itself. It is nearer than [DEFAULT],
/// which is every section's.
/// </summary>
internal static class ProgramDefaults
{
    internal const string Section = "program-default";

    private static readonly string[] _prefixes = ["program:", "fcgi-program:", ListenerPrefix];

    private const string ListenerPrefix = "eventlistener:";

    /// <summary>
    /// Whether a section takes a key from there. A listener's priority is the place of its pool before all programs, and its stdout is
    /// a protocol, so what is said of these for programs is not meant for it.
    /// </summary>
    internal static bool ApplyTo(string section, string key) =>
        Array.Exists(_prefixes, prefix => section.StartsWith(prefix, StringComparison.Ordinal))
        && !(key is "priority" or "redirect_stderr" or "schedule" or "ready_when" && section.StartsWith(ListenerPrefix, StringComparison.Ordinal));
}
