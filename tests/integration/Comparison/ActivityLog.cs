using System.Text.RegularExpressions;

namespace Init.Integration.Comparison;

/// <summary>Supervisor's activity log without what differs from run to run: times, pids, descriptors, object addresses.</summary>
internal static partial class ActivityLog
{
    public static IReadOnlyList<string> Normalise(IReadOnlyList<string> lines, string folder)
    {
        var told = lines.FirstOrDefault(line => Waiting().IsMatch(line));
        return
        [
            .. from line in lines
               where line.Length > 0
               // Chance: how many children one SIGCHLD stands for, which of two pipes is found closed first, and in which state.
               where !line.EndsWith("DEBG received SIGCHLD indicating a child quit", StringComparison.Ordinal) && !Closed().IsMatch(line)
               // What Python's objects and its HTTP server say of themselves at trace and blather.
               where !PythonsOwn().IsMatch(line)
               // L-048: with startsecs=0 said or not, depending on what wakes supervisord before the program has ended.
               where !line.EndsWith("has stayed up for > than 0 seconds (startsecs)", StringComparison.Ordinal)
               // Said to whom asked for the stop, unless the process is found to have ended by then.
               where !WaitingToStop().IsMatch(line)
               // Said again every three seconds: how often depends on how long supervisord's own pauses are.
               where !Waiting().IsMatch(line) || ReferenceEquals(line, told)
               select NormaliseText(Timestamp().Replace(line, "TIME ", 1), folder),
        ];
    }

    /// <summary>One entry for each message: the copy of a program's output follows its headline, in lines without a time.</summary>
    private static IEnumerable<string> Messages(IReadOnlyList<string> lines)
    {
        var message = "";
        foreach (var line in lines)
        {
            if (message.Length > 0 && !line.StartsWith("TIME ", StringComparison.Ordinal) && Copied().IsMatch(message))
            {
                message += "\n" + line;
                continue;
            }

            if (message.Length > 0)
                yield return message;
            message = line;
        }

        if (message.Length > 0)
            yield return message;
    }

    /// <summary>The lines about one program in order, under its name; lines about none under the empty name.</summary>
    public static IReadOnlyDictionary<string, string> ByProgram(IReadOnlyList<string> lines) =>
        Messages(lines).GroupBy(Program).ToDictionary(group => group.Key, group => string.Join('\n', group));

    public static string NormaliseText(string text, string folder)
    {
        text = text.Replace(folder, "{dir}");
        text = Pid().Replace(text, "$1PID");
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

    [GeneratedRegex(@"^TIME DEBG '[^']+' std(out|err) output:")]
    private static partial Regex Copied();

    [GeneratedRegex(@" DEBG fd \d+ closed, stopped monitoring ")]
    private static partial Regex Closed();

    [GeneratedRegex(@" BLAT (read|write) event caused by | TRAC \S+:Medusa \(V| TRAC \S+ - - \[|^\t(Hostname|Port):")]
    private static partial Regex PythonsOwn();

    [GeneratedRegex(@" INFO waiting for .* to die$")]
    private static partial Regex Waiting();

    [GeneratedRegex(@" INFO waiting for \S+ to stop$")]
    private static partial Regex WaitingToStop();

    [GeneratedRegex(@"(---[^/\s]+)-[a-z0-9_]{8}\.log")]
    private static partial Regex AutoName();

    [GeneratedRegex(@"^TIME .... (?:spawned: '([^']+)'|success: (\S+) entered|exited: (\S+) \(|gave up: (\S+) entered|stopped: (\S+) \(|killing '?([^' ]+)'? \(|sending (\S+) \(pid|process '(\S+)' |'([^']+)' std\w+ (?:output|emitted)|Attempted to kill (\S+),"
        + @"|(\S+): (?:[A-Z]+ -> [A-Z]+$|event (?:was|caused) |bad result line|has entered the UNKNOWN state)"
        + @"|(?:event|epipe occurred while sending event) \d+ (?:sent )?to listener ([^\s,]+)|rebuffering event \d+ for pool (\S+) |pool (\S+) event buffer)")]
    private static partial Regex Named();
}
