using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Init.Integration.Harness;

namespace Init.Integration.CommandLine;

/// <summary>One case of cases/usage.cases; the grammar is at the head of that file.</summary>
internal sealed partial record UsageCase(string Name, string[] Arguments, string[] Wrapper, bool OursOnly, IReadOnlyDictionary<string, byte[]> Files, string Expected)
{
    public static IReadOnlyDictionary<string, UsageCase> All { get; } =
        File.ReadAllText(Path.Combine(Repository.Root, "tests", "integration", "cases", "usage.cases"))
            .Split("\n## ")
            .Skip(1)
            .Select(Parse)
            .ToDictionary(each => each.Name);

    private static UsageCase Parse(string text)
    {
        var lines = text.TrimEnd('\n').Split('\n');
        string[] arguments = ["-n", "-c", "{dir}/supervisord.conf"];
        string[] wrapper = [];
        var (file, bytes, oursOnly) = ("supervisord.conf", false, false);
        var files = new Dictionary<string, List<string>> { [file] = [] };
        var expected = new List<string>();
        foreach (var line in lines.Skip(1))
        {
            if (line.StartsWith("$ ", StringComparison.Ordinal))
                arguments = [.. line[2..].Split(' ').Select(word => word.Trim('\''))];
            else if (line.StartsWith("! ", StringComparison.Ordinal))
                expected.Add(line[2..].Replace("{blank}", " "));
            else if (line.StartsWith("@@ ", StringComparison.Ordinal))
                files[file = line[3..]] = [];
            else if (Repeat().Match(line) is { Success: true } repeat)
                files[file].AddRange(Enumerable.Repeat(repeat.Groups[2].Value, int.Parse(repeat.Groups[1].Value, CultureInfo.InvariantCulture)));
            else if (line == "% as nobody")
                wrapper = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"];
            else if (line.StartsWith("% under ", StringComparison.Ordinal))
                wrapper = line["% under ".Length..].Split(' ');
            else if (line.StartsWith("% ", StringComparison.Ordinal))
                (bytes, oursOnly) = (bytes || line == "% bytes", oursOnly || line.StartsWith("% ours only:", StringComparison.Ordinal));
            else
                files[file].Add(line);
        }

        return new UsageCase(
            lines[0], arguments, wrapper, oursOnly, files.ToDictionary(entry => entry.Key, entry => Encode(entry.Value, bytes)), string.Join('\n', expected));
    }

    private static byte[] Encode(List<string> lines, bool escaped)
    {
        // Latin-1 keeps the value of an escaped byte; a file with escapes is ASCII otherwise.
        var text = string.Concat(lines.Select(line => line + "\n"));
        return escaped
            ? Encoding.Latin1.GetBytes(Escape().Replace(text, match => ((char)Convert.ToInt32(match.Groups[1].Value, 16)).ToString()))
            : Encoding.UTF8.GetBytes(text);
    }

    [GeneratedRegex(@"^% repeat (\d+) (.*)$")]
    private static partial Regex Repeat();

    [GeneratedRegex(@"\\x([0-9a-f]{2})")]
    private static partial Regex Escape();
}
