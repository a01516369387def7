using System.Globalization;

namespace Init.Integration.Harness;

/// <summary>One process as /proc shows it. A process may be gone at any time: then its fields are empty.</summary>
internal sealed record ProcessEntry(int Pid)
{
    public string State => Field("State:") is { Length: > 0 } state ? state[..1] : "";

    /// <summary>As ps and pgrep call it, at most 15 characters.</summary>
    public string Name => Field("Name:");

    public int Parent => int.TryParse(Field("PPid:"), CultureInfo.InvariantCulture, out var pid) ? pid : 0;

    /// <summary>The pid that it has in its own, innermost namespace.</summary>
    public int InnerPid =>
        int.TryParse(Field("NSpid:").Split('\t', StringSplitOptions.RemoveEmptyEntries).LastOrDefault(), CultureInfo.InvariantCulture, out var pid) ? pid : 0;

    public string CommandLine => Read("cmdline").Replace('\0', ' ').TrimEnd();

    public string Namespace => File.ResolveLinkTarget(Path("ns/pid"), false)?.Name ?? "";

    public IReadOnlyList<string> OpenFiles
    {
        get
        {
            try
            {
                return [.. Directory.EnumerateFileSystemEntries(Path("fd")).Select(fd => $"{System.IO.Path.GetFileName(fd)} -> {Target(fd)}").Order()];
            }
            catch (IOException)
            {
                return [];
            }
        }
    }

    /// <summary>A field of /proc/PID/status, such as SigCgt:.</summary>
    public string Field(string name) =>
        Read("status").Split('\n').FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?[name.Length..].Trim() ?? "";

    public bool HasInEnvironment(string entry) => Read("environ").Split('\0').Contains(entry);

    public override string ToString() => $"{Pid} (inside {InnerPid}, parent {Parent}, {State}) {CommandLine}";

    private static string Target(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }

    private string Path(string name) => string.Create(CultureInfo.InvariantCulture, $"/proc/{Pid}/{name}");

    private string Read(string name)
    {
        try
        {
            return File.ReadAllText(Path(name));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}

internal static class ProcessTable
{
    public static IEnumerable<ProcessEntry> All() =>
        from directory in Directory.EnumerateDirectories("/proc")
        let name = Path.GetFileName(directory)
        where name.All(char.IsAsciiDigit)
        select new ProcessEntry(int.Parse(name, CultureInfo.InvariantCulture));

    public static IEnumerable<ProcessEntry> ChildrenOf(int pid) => All().Where(process => process.Parent == pid);

    /// <summary>Everything in the pid namespace of <paramref name="pid"/>.</summary>
    public static IReadOnlyList<ProcessEntry> InNamespaceOf(int pid)
    {
        var space = NamespaceOrEmpty(new ProcessEntry(pid));
        return space.Length == 0 ? [] : [.. All().Where(process => NamespaceOrEmpty(process) == space)];
    }

    private static string NamespaceOrEmpty(ProcessEntry process)
    {
        try
        {
            return process.Namespace;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
