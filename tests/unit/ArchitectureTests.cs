using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Xunit;

namespace Init.Unit;

/// <summary>The floors: a folder uses only folders on lower floors, its namespace is its path, and libc is bound in one place.</summary>
public partial class ArchitectureTests
{
    private static readonly string[][] _floors =
    [
        ["Native"],
        ["Os", "States", "Events"],
        ["Loop", "Config", "XmlRpc"],
        ["Output", "Http"],
        ["Processes"],
        ["Rpc", "Web"],
        ["Supervision", "Ctl"],
        ["Cli"],
    ];

    [Fact]
    public void A_folder_uses_only_folders_on_lower_floors()
    {
        var wrong =
            from file in Files()
            from Match use in Use().Matches(File.ReadAllText(file))
            let floor = Floor(Folder(file))
            where use.Groups[1].Value != Folder(file) && Floor(use.Groups[1].Value) >= floor
            select $"{Path.GetFileName(file)} ({Folder(file)}) uses {use.Groups[1].Value}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void A_namespace_is_its_folder() =>
        Assert.DoesNotContain(Files(), file => !File.ReadAllText(file).Contains($"namespace Init.{Folder(file)};\n", StringComparison.Ordinal));

    [Fact]
    public void Only_Native_binds_libc() => Assert.DoesNotContain(
        Files(), file => Folder(file) != "Native" && File.ReadAllText(file).Contains("LibraryImport", StringComparison.Ordinal));

    /// <summary>Each of these takes child statuses or signals away from us (a Process would wait for its own child).</summary>
    [Theory]
    [InlineData("System.Diagnostics.Process")]
    [InlineData("PosixSignalRegistration")]
    [InlineData("Console.WriteLine")]
    [InlineData("Console.CancelKeyPress")]
    public void What_takes_signals_away_is_not_used(string name) =>
        Assert.DoesNotContain(Files(), file => File.ReadAllText(file).Contains(name, StringComparison.Ordinal));

    [GeneratedRegex(@"\bInit\.(\w+)\b(?<!Init\.Init)")]
    private static partial Regex Use();

    private static int Floor(string folder) => Array.FindIndex(_floors, floor => floor.Contains(folder));

    private static string Folder(string file) => Path.GetFileName(Path.GetDirectoryName(file)!);

    private static IEnumerable<string> Files() => Directory.EnumerateFiles(Source(), "*.cs", SearchOption.AllDirectories)
        .Where(file => Array.Exists(_floors, floor => floor.Contains(Folder(file))));

    private static string Source([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Join(Path.GetDirectoryName(here), "../../src/Init"));
}
