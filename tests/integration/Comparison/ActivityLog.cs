using System.Text.RegularExpressions;

namespace Init.Integration.Comparison;

/// <summary>Supervisor's activity log without what differs from run to run: times, pids, descriptors, object addresses.</summary>
internal static partial class ActivityLog
{
    public static IReadOnlyList<string> Normalise(IReadOnlyList<string> lines, string folder) =>
    [
        .. from line in lines
           where line.Length > 0
           // How many children one SIGCHLD stands for is chance.
           where !line.EndsWith("DEBG received SIGCHLD indicating a child quit", StringComparison.Ordinal)
           select NormaliseText(Timestamp().Replace(line, "TIME ", 1), folder),
    ];

    /// <summary>The lines about one program in order, under its name; lines about none under the empty name.</summary>
    public static IReadOnlyDictionary<string, string> ByProgram(IReadOnlyList<string> lines) =>
        lines.GroupBy(Program).ToDictionary(group => group.Key, group => string.Join('\n', group));

    public static string NormaliseText(string text, string folder)
    {
        text = text.Replace(folder, "{dir}");
        text = Pid().Replace(text, "$1PID");
        text = Closed().Replace(text, "fd N closed");
        text = Address().Replace(text, " at ADDRESS");
        return AutoName().Replace(text, "$1-RANDOM.log");
    }

    public static string NormaliseName(string name) => AutoName().Replace(name, "$1-RANDOM.log");

    private static string Program(string line)
    {
        if (Named().Match(line) is not { Success: true } match)
            return "";
        return match.Groups.Values.Skip(1).First(group => group.Success).Value;
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} ")]
    private static partial Regex Timestamp();

    [GeneratedRegex(@"(\bpid |\()\d+(?=\)|\b(?! \())")]
    private static partial Regex Pid();

    [GeneratedRegex(@"fd \d+ closed")]
    private static partial Regex Closed();

    [GeneratedRegex(@" at (0x)?[0-9a-f]{6,}")]
    private static partial Regex Address();

    [GeneratedRegex(@"(---[^/\s]+)-[a-z0-9_]{8}\.log")]
    private static partial Regex AutoName();

    [GeneratedRegex(@"^TIME .... (?:spawned: '([^']+)'|success: (\S+) entered|exited: (\S+) \(|gave up: (\S+) entered|stopped: (\S+) \(|killing '?([^' ]+)'? \(|sending (\S+) \(pid|process '(\S+)' |'([^']+)' std\w+ output|Attempted to kill (\S+),|fd N closed.* with name (\S+) in state)")]
    private static partial Regex Named();
}
