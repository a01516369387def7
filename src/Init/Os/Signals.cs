namespace Init.Os;

/// <summary>Signal numbers and names of Linux on x86-64 and arm64, with the names Supervisor accepts and prints (C-113 to C-115).</summary>
internal static class Signals
{
    internal const int SIGHUP = 1;
    internal const int SIGINT = 2;
    internal const int SIGQUIT = 3;
    internal const int SIGILL = 4;
    internal const int SIGTRAP = 5;
    internal const int SIGABRT = 6;
    internal const int SIGBUS = 7;
    internal const int SIGFPE = 8;
    internal const int SIGKILL = 9;
    internal const int SIGUSR1 = 10;
    internal const int SIGSEGV = 11;
    internal const int SIGUSR2 = 12;
    internal const int SIGPIPE = 13;
    internal const int SIGTERM = 15;
    internal const int SIGCHLD = 17;
    internal const int SIGCONT = 18;
    internal const int SIGSTOP = 19;
    internal const int SIGTSTP = 20;
    internal const int SIGTTIN = 21;
    internal const int SIGTTOU = 22;
    internal const int SIGXFSZ = 25;
    internal const int SIGWINCH = 28;
    internal const int SIGPWR = 30;
    internal const int SIGSYS = 31;
    internal const int SIGRTMIN = 34;
    internal const int SIGRTMAX = 64;

    /// <summary>Signals that the daemon takes, and that its configuration can pass on to programs: not those of a fault (SIGSEGV), nor SIGCHLD.</summary>
    internal static IReadOnlyList<int> Forwardable { get; } =
        [SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGTERM, SIGCONT, SIGWINCH, SIGPWR, .. Enumerable.Range(SIGRTMIN, SIGRTMAX - SIGRTMIN + 1)];

    private static readonly string?[] _names = new string?[SIGRTMAX + 1];
    private static readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

    static Signals()
    {
        // A later name for the same number is the one printed: 6 SIGABRT, 17 SIGCHLD, 29 SIGPOLL.
        foreach (var (number, names) in new[]
        {
            (1, "HUP"), (2, "INT"), (3, "QUIT"), (4, "ILL"), (5, "TRAP"), (6, "IOT ABRT"), (7, "BUS"), (8, "FPE"), (9, "KILL"),
            (10, "USR1"), (11, "SEGV"), (12, "USR2"), (13, "PIPE"), (14, "ALRM"), (15, "TERM"), (16, "STKFLT"), (17, "CLD CHLD"),
            (18, "CONT"), (19, "STOP"), (20, "TSTP"), (21, "TTIN"), (22, "TTOU"), (23, "URG"), (24, "XCPU"), (25, "XFSZ"),
            (26, "VTALRM"), (27, "PROF"), (28, "WINCH"), (29, "IO POLL"), (30, "PWR"), (31, "SYS"), (34, "RTMIN"), (64, "RTMAX"),
        })
            foreach (var name in names.Split(' '))
            {
                _numbers[name] = number;
                _names[number] = "SIG" + name;
            }
    }

    /// <summary>`SIGTERM`, or `signal 40` for a number without a name.</summary>
    internal static string Name(int signal) => signal >= 0 && signal < _names.Length && _names[signal] is { } name ? name : $"signal {signal}";

    /// <summary>As forward_signals has it: `RTMIN+3` for a real-time signal; that is no name of Supervisor's.</summary>
    internal static string NameOrOffset(int signal) =>
        signal is > SIGRTMIN and < SIGRTMAX ? FormattableString.Invariant($"RTMIN+{signal - SIGRTMIN}") : Name(signal);

    /// <summary>The number of a name with or without SIG, in any case; null when there is none.</summary>
    internal static int? Number(string name)
    {
        var upper = name.ToUpperInvariant();
        return _numbers.TryGetValue(upper.StartsWith("SIG", StringComparison.Ordinal) ? upper[3..] : upper, out var number) ? number : null;
    }

    /// <summary>Whether a number has a name here; only these can be configured.</summary>
    internal static bool IsNamed(int signal) => signal > 0 && signal < _names.Length && _names[signal] is not null;
}
