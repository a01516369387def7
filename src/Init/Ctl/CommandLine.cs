using Init.Config;

namespace Init.Ctl;

/// <summary>
/// A line as Python's cmd module splits it: the action is made of ASCII letters, digits and `_`, what follows is its argument
/// (T-117); `?` alone at the start is `help`.
/// </summary>
internal static class CommandLine
{
    /// <param name="line">Becomes the line without blanks around it, `?` replaced, as messages quote it.</param>
    /// <returns>null for what is no action (T-116).</returns>
    internal static (ControlAction? Action, string Argument) Parse(ref string line)
    {
        line = PythonText.Strip(line);
        if (line is ['?', ..])
            line = "help " + line[1..];
        var end = 0;
        while (end < line.Length && (char.IsAsciiLetterOrDigit(line[end]) || line[end] == '_'))
            end++;
        return (ControlAction.Find(line[..end]), PythonText.Strip(line[end..]));
    }
}
