using Init.Config;

namespace Init.Cli;

internal sealed class UsageException(string message) : Exception(message);

internal sealed record SupervisordOptions(string? ConfigFile, CommandLineValues Values, bool Help, bool Version)
{
    internal const string SupervisorVersion = "4.3.0";
    internal static SupervisordOptions Parse(IReadOnlyList<string> a)
    {
        string? c = null; bool? n = null;
        for (var i = 0; i < a.Count; i++) { if (a[i] == "-c") c = a[++i]; else if (a[i] == "-n") n = true; }
        return new(c, new CommandLineValues { NoDaemon = n }, false, false);
    }
    internal static string HelpText(string name) => name;
}
