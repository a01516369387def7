using System.Globalization;

namespace Init.Config;

/// <summary>Our own keys about how a program is stopped and when it is started again.</summary>
internal static class StoppingReader
{
    private const double LongestWait = int.MaxValue / 1000;

    internal static bool StopTree(SectionReader reader) => reader.ReadOwn("stop_tree", false, Values.Boolean);

    /// <summary>An ordinary command; an empty one is a slip.</summary>
    internal static CommandText? StopCommand(SectionReader reader) => reader.ReadCommand("stop_command", _ => true,
        text => PythonText.Strip(text).Length > 0 ? CommandText.Of(text, reader.Expansions.Files) : throw new ConfigException(text));

    /// <summary><code>restart_backoff := seconds '..' seconds</code> each with decimals if need be.</summary>
    internal static RestartBackoff? RestartBackoff(SectionReader reader) => reader.ReadOwn<RestartBackoff?>("restart_backoff", null, text =>
    {
        if (OwnKeys.IsNone(text)) return null;
        var parts = text.Split("..");
        if (parts.Length != 2) throw new ConfigException(text);
        var (min, max) = (Seconds(parts[0]), Seconds(parts[1]));
        return min <= max ? new RestartBackoff(min, max) : throw new ConfigException(text);
    });

    private static TimeSpan Seconds(string text) =>
        PythonText.Strip(text) is [not '.', ..] digits && double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= LongestWait
            ? TimeSpan.FromSeconds(seconds)
            : throw new ConfigException(text);
}
