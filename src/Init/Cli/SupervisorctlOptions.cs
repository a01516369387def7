using Init.Config;

namespace Init.Cli;

/// <summary>The command line of `supervisorctl` (T-001 to T-008). Words after the options are the action, and not looked at here.</summary>
internal sealed record SupervisorctlOptions
{
    /// <summary>null: search for it. Empty: none, and no search.</summary>
    public string? ConfigFile { get; init; }

    public bool Help { get; init; }

    public bool Interactive { get; init; }

    public string? ServerUrl { get; init; }

    public string? Username { get; init; }

    public string? Password { get; init; }

    public string? HistoryFile { get; init; }

    /// <summary>The action and its arguments.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    private static readonly GetOptOption[] _known =
    [
        new('h', "help", false),
        new('?', null, false),
        new('c', "configuration", true),
        new('i', "interactive", false),
        new('s', "serverurl", true),
        new('u', "username", true),
        new('p', "password", true),
        new('r', "history_file", true),
    ];

    /// <exception cref="UsageException">The first error.</exception>
    internal static SupervisorctlOptions Parse(IReadOnlyList<string> arguments)
    {
        var (options, words) = GetOpt.Parse(arguments, _known);
        var result = new SupervisorctlOptions { Words = words };
        var given = new HashSet<GetOptOption>();
        foreach (var (option, word, value) in options)
        {
            var next = result.With(option.Long, word, value);
            if (next.Help) return next;
            if (!given.Add(option)) throw new UsageException($"conflicting command line option {PythonText.Repr(word)}");
            result = next;
        }
        return result;
    }

    private SupervisorctlOptions With(string? name, string word, string value) => name switch
    {
        "help" or null => this with { Help = true },
        "interactive" => this with { Interactive = true },
        "serverurl" => this with { ServerUrl = Url(word, value) },
        "username" => this with { Username = value },
        "password" => this with { Password = value },
        "history_file" => this with { HistoryFile = value },
        _ => this with { ConfigFile = value },
    };

    /// <summary>A scheme and something after `//` (T-004); which schemes there are is asked later.</summary>
    private static string Url(string word, string value) =>
        value.IndexOf("://", StringComparison.Ordinal) is > 0 and var colon && colon + 3 < value.Length
            ? value
            : throw new UsageException($"invalid value for {word} {PythonText.Repr(value)}: value {PythonText.Repr(value)} is not a URL");

    /// <summary>What -h prints, argv[0] in its place.</summary>
    internal static string HelpText(string programName) => $"""
        supervisorctl -- control applications run by supervisord from the cmd line.

        Usage: {programName} [options] [action [arguments]]

        Options:
        -c/--configuration FILENAME -- read [supervisorctl] of this file (without it, the usual places are searched)
        -h/--help/-? -- print this text and exit
        -i/--interactive -- start an interactive shell after executing commands
        -s/--serverurl URL -- where supervisord listens: http://HOST:PORT or unix:///PATH (http://localhost:9001)
        -u/--username USERNAME -- the name to log in with
        -p/--password PASSWORD -- the password to log in with
        -r/--history_file FILENAME -- keep the shell's history in this file

        Actions are words like "tail" or "stop"; the action "help" lists them. Without an action, or with -i, a shell reads
        them line by line.

        """;
}
