using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Init.Cli;
using Init.Ctl;
using Init.Rpc;
using Init.Unit.Rpc;
using Xunit;

namespace Init.Unit;

/// <summary>docs/compat.md has a row for everything that can be said to us, and names only tests that there are.</summary>
public sealed partial class CompatibilityTests
{
    private static readonly string _root = Root();
    private static readonly List<string[]> _rows = Rows();

    /// <summary>What the rows are about: every word of the code in their first cells.</summary>
    private static readonly HashSet<string> _subjects =
        [.. from row in _rows from Match code in Code().Matches(row[0]) from Match word in Word().Matches(code.Value) select word.Value];

    [Fact]
    public void Every_test_that_it_names_exists()
    {
        var missing =
            from row in _rows
            from test in row[^1].Split(", ", StringSplitOptions.RemoveEmptyEntries)
            where !Exists(test)
            select $"{test} ({row[0]})";
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_key_that_is_read_has_its_row()
    {
        var text = string.Concat(
            from folder in new[] { "Config", "Ctl" }
            from file in Directory.EnumerateFiles(Path.Join(_root, "src/Init", folder), "*Reader.cs")
            select File.ReadAllText(file));
        var keys = Key().Matches(text).Select(match => match.Groups[1].Value)
            // The two streams of a program are read by one method, which knows `logfile` as the key.
            .Concat(
                from stream in new[] { "stdout", "stderr" }
                from Match ending in Ending().Matches(text)
                select stream + (ending.Groups[1].Value == "key" ? "_logfile" : "") + ending.Groups[2].Value)
            .Distinct()
            .ToList();
        Assert.Contains("stderr_logfile_maxbytes", keys);
        Assert.Contains("stdout_logfile", keys);
        AssertSubjects(keys);
    }

    [Fact]
    public void Every_method_has_its_row()
    {
        using var supervisor = new SupervisorStub();
        AssertSubjects(new RpcTable(supervisor, ["supervisor"]).Names.Select(name => name.Replace("supervisor.", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_action_has_its_row() => AssertSubjects(ControlAction.Listed.Concat(ControlAction.Own).Select(action => action.Name).Concat(["help", "EOF"]));

    [Fact]
    public void Every_option_of_a_command_line_has_its_row() => AssertSubjects(
        from text in new[] { SupervisordOptions.HelpText("x"), SupervisorctlOptions.HelpText("x") }
        from line in text.Split('\n')
        where line.StartsWith('-')
        from Match option in Option().Matches(line.Split(" -- ")[0])
        select option.Value);

    private static void AssertSubjects(IEnumerable<string> names) => Assert.Equal("", string.Join(" ", names.Except(_subjects)));

    /// <summary>The rows of all tables that say what shows them.</summary>
    private static List<string[]> Rows()
    {
        var rows = new List<string[]>();
        var inTable = false;
        foreach (var line in File.ReadLines(Path.Join(_root, "docs/compat.md")))
        {
            var cells = line.StartsWith('|') ? line.Trim('|').Split(" | ").Select(cell => cell.Trim()).ToArray() : [];
            if (cells is [.., "shown by"])
                inTable = true;
            else if (cells.Length == 0)
                inTable = false;
            else if (inTable && !line.StartsWith("| ---", StringComparison.Ordinal))
                rows.Add(cells);
        }
        return rows;
    }

    private static bool Exists(string test)
    {
        var unit = Path.Join(_root, "tests/unit");
        var integration = Path.Join(_root, "tests/integration");
        return test.Split('/', 2) switch
        {
            ["Cases"] => true,
            ["Unit", var name] => HasFile(unit, name),
            ["Scenario", var name] => File.Exists(Path.Join(integration, "scenarios", name, "run")),
            [var folder, var name] => File.Exists(Path.Join(integration, folder, name + ".cs")),
            [var name] => Directory.Exists(Path.Join(integration, name)) || HasFile(integration, name),
            _ => false,
        };
    }

    private static bool HasFile(string folder, string name) => Directory.EnumerateFiles(folder, name + ".cs", SearchOption.AllDirectories).Any();

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Join(Path.GetDirectoryName(here), "../.."));

    [GeneratedRegex("`[^`]+`")]
    private static partial Regex Code();

    [GeneratedRegex(@"[\w.?-]+")]
    private static partial Regex Word();

    [GeneratedRegex(@"(?:\b(?:Read(?:Own)?(?:<[^()]+?>)?|Text|Raw)\(|Get\(Section, |Key = )""([a-z_.]+)""")]
    private static partial Regex Key();

    [GeneratedRegex(@"\b(key|stream) \+ ""(_\w+)""")]
    private static partial Regex Ending();

    [GeneratedRegex(@"--?[\w?]+")]
    private static partial Regex Option();
}
