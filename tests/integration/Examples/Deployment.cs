using System.Globalization;
using System.Text.RegularExpressions;
using Init.Integration.Harness;

namespace Init.Integration.Examples;

/// <summary>What an example's documents say, by the few lines that matter here: no YAML is read.</summary>
internal sealed class Deployment(string example)
{
    public string Read(string file) => File.ReadAllText(Path.Combine(Repository.Root, "docker", "examples", example, file));

    /// <summary>What a pattern's group has found in a file, each time.</summary>
    public IReadOnlyList<string> All(string file, string pattern) =>
        [.. Regex.Matches(Read(file), pattern, RegexOptions.Multiline).Select(match => match.Groups[1].Value)];

    /// <summary>The same for what is there once.</summary>
    public string One(string file, string pattern) => All(file, pattern) is [var only]
        ? only
        : throw new InvalidOperationException($"{example}/{file} has not one line like: {pattern}");

    public int Number(string file, string pattern) => int.Parse(One(file, pattern), CultureInfo.InvariantCulture);

    /// <summary>The words of `name: [A, B]`.</summary>
    public string[] List(string file, string name) => One(file, $@"^ *{name}: \[(.*)\]").Split(", ");

    /// <summary>How compose.yaml confines the container, as options of the engine.</summary>
    public static string[] OptionsOfCompose()
    {
        var example = new Deployment("laravel-queue");
        return
        [
            .. example.One("compose.yaml", "^ *read_only: (.*)") == "true" ? new[] { "--read-only" } : [],
            .. example.List("compose.yaml", "tmpfs").SelectMany(path => new[] { "--tmpfs", path }),
            .. example.List("compose.yaml", "cap_drop").SelectMany(name => new[] { "--cap-drop", name }),
            .. example.List("compose.yaml", "cap_add").SelectMany(name => new[] { "--cap-add", name }),
            .. example.List("compose.yaml", "security_opt").SelectMany(option => new[] { "--security-opt", option.Trim('"').Replace(":true", "", StringComparison.Ordinal) }),
            // Named volumes begin with what the image has there, and its owners; so do those without a name.
            .. example.All("compose.yaml", @"^ *- \w+:(/.*)").SelectMany(path => path.EndsWith("/logs", StringComparison.Ordinal) ? [] : new[] { "--volume", path }),
        ];
    }
}
