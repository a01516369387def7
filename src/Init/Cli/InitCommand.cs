using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Init.Os;

namespace Init.Cli;

/// <summary>
/// The command line of `init` itself. Its words and the one-command form are System.CommandLine's; everything else is a supervisord
/// command line, whose grammar is Python's getopt.
/// </summary>
internal static class InitCommand
{
    internal static int Run(IReadOnlyList<string> arguments)
    {
        var group = new Option<bool>("-g") { Description = "Signal the command's whole process group." };
        var singleChild = new Option<bool>("-c", "--single-child") { Description = "Signal the command alone: what is done without -g, in dumb-init's words." };
        var subreaper = new Option<bool>("-s") { Description = "Adopt orphans although not PID 1 (subreaper)." };
        var expect = new Option<int[]>("-e")
        {
            Description = "An exit status of the command that counts as 0; may be repeated.",
            HelpName = "STATUS",
            CustomParser = Each(Status),
        };
        var parentDeath = new Option<int?>("-p")
        {
            Description = "The signal to get when the parent dies.",
            HelpName = "SIGNAL",
            CustomParser = result => SignalNumber(result, result.Tokens[0].Value),
        };
        var rewrite = new Option<(int From, int To)[]>("-r", "--rewrite")
        {
            Description = "Forward signal A as signal B, or not at all when B is 0; may be repeated, the last one of a signal counts.",
            HelpName = "A:B",
            CustomParser = Each(Rewrite),
        };
        var command = new Argument<string[]>("command") { Description = "After `--`: the one command to run under PID 1's duty." };
        var root = new RootCommand(
            "A supervisord-compatible init for containers.\n\n" +
            "  init [-c FILE] [supervisord's options]     supervise the programs of a configuration\n" +
            "  init [-g] [-s] [-e STATUS] [-p SIGNAL] [-r A:B] -- COMMAND ARG...\n" +
            "                                             run one command: forward signals, reap orphans, exit with its status\n" +
            "  init check [--strict] [--json] [-c FILE]   say all that is wrong with a configuration and what it would start, and in\n" +
            "                                             which order; start nothing (also: supervisord --check)\n" +
            "  init supervisord ARG...                    be supervisord to the letter; so does a link of that name\n\n" +
            "`init supervisord -h` lists supervisord's options.")
        {
            group, singleChild, subreaper, expect, parentDeath, rewrite, command,
        };
        root.SetAction(result => result.GetValue(command) is { Length: > 0 } words
            ? new OneCommand(new OneCommandOptions(words, result.GetValue(group), result.GetValue(subreaper), result.GetValue(expect) ?? [],
                result.GetValue(parentDeath), LastOfEach(result.GetValue(rewrite) ?? []))).Run()
            : Usage("no command follows --"));

        var parsed = root.Parse(arguments, new ParserConfiguration { EnablePosixBundling = true, ResponseFileTokenReplacer = null });
        if (parsed.Errors is [var error, ..])
            return Usage(error.Message);
        if (BeforeCommand(arguments, parsed.GetValue(command) ?? []) is { } stray)
            return Usage(stray.StartsWith('-') ? $"{stray} is no option of init -- COMMAND" : $"'{stray}' is before --: the command comes after it");
        if (parsed.GetValue(group) && parsed.GetValue(singleChild))
            return Usage("-g and -c exclude each other");
        // Signals are ours to handle, not the library's.
        return parsed.Invoke(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
    }

    private static int Usage(string message)
    {
        Descriptors.WriteAll(2, System.Text.Encoding.UTF8.GetBytes($"Error: {message}\nFor help, use init --help\n"));
        return ExitStatus.Usage;
    }

    /// <summary>The parser takes what it does not know for the command's first words.</summary>
    private static string? BeforeCommand(IReadOnlyList<string> arguments, string[] command)
    {
        var before = 0;
        while (before < arguments.Count && arguments[before] != "--")
            before++;
        if (before == arguments.Count || command.Length <= arguments.Count - before - 1)
            return null;
        return arguments.Take(before).Contains(command[0]) ? command[0] : "-" + command[0]; // the `x` of `-gx`
    }

    /// <summary>As dumb-init has it.</summary>
    private static Dictionary<int, int> LastOfEach((int From, int To)[] rewrites)
    {
        var last = new Dictionary<int, int>();
        foreach (var (from, to) in rewrites)
            last[from] = to;
        return last;
    }

    private static Func<ArgumentResult, T[]?> Each<T>(Func<ArgumentResult, string, T> parse) =>
        result => [.. result.Tokens.Select(token => parse(result, token.Value))];

    private static int Status(ArgumentResult result, string text)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var status) || status > 255)
            result.AddError($"-e: '{text}' is not an exit status (0 to 255)");
        return status;
    }

    private static (int From, int To) Rewrite(ArgumentResult result, string text)
    {
        if (text.Split(':') is [var from, var to])
            return (SignalNumber(result, from) ?? 0, to == "0" ? 0 : SignalNumber(result, to) ?? 0);
        result.AddError($"-r: '{text}' is not of the form A:B");
        return default;
    }

    private static int? SignalNumber(ArgumentResult result, string text)
    {
        var number = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : Signals.Number(text) ?? 0;
        if (number is < 1 or > Signals.SIGRTMAX)
            result.AddError($"'{text}' is not a signal");
        return number;
    }
}
