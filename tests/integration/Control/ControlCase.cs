using Init.Integration.Harness;

namespace Init.Integration.Control;

/// <summary>A line of a script in cases/supervisorctl.cases; the grammar is at the head of that file.</summary>
internal sealed record ControlStep(string Line, string Input)
{
    public bool IsShell => Line.StartsWith("sh ", StringComparison.Ordinal);

    public string Words => Line.StartsWith('-') ? Line : "-c {dir}/supervisord.conf " + Line;
}

internal static class ControlScripts
{
    public static IReadOnlyDictionary<string, IReadOnlyList<ControlStep>> All { get; } =
        File.ReadAllText(Path.Combine(Repository.Root, "tests", "integration", "cases", "supervisorctl.cases"))
            .Split("\n## ")
            .Skip(1)
            .Select(text => text.Split('\n', 2))
            .ToDictionary(parts => parts[0], IReadOnlyList<ControlStep> (parts) => Parse(parts[1]));

    private static List<ControlStep> Parse(string text)
    {
        var steps = new List<ControlStep>();
        var input = "";
        foreach (var line in text.Split('\n').Where(line => line.Length > 0))
            if (line.StartsWith("< ", StringComparison.Ordinal))
                input = line[2..];
            else
            {
                steps.Add(new ControlStep(line, input));
                input = "";
            }
        return steps;
    }
}
