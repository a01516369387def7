namespace Init.Config;

/// <summary>What all section readers share while one configuration is read.</summary>
internal sealed record ReadingContext
{
    public required ConfigDocument Document { get; init; }

    /// <summary>The main file as named, for messages (C-104).</summary>
    public required string Path { get; init; }

    /// <summary>The absolute directory of the main file: `%(here)s` (C-043).</summary>
    public required string Here { get; init; }

    public required string HostNodeName { get; init; }

    /// <summary>`ENV_*`: our own environment and, from then on, what [supervisord] adds to it (C-086).</summary>
    public required Expansions Environment { get; init; }

    public required PathValues Paths { get; init; }
    public UserValues Users { get; } = new();
    public required bool ContainerMode { get; init; }
    public List<string> Warnings { get; } = [];
    public List<string> Infos { get; } = [];

    /// <summary>Collects everything when the configuration is checked; null in an ordinary load.</summary>
    internal Inspection? Inspection => Document.Inspection;

    internal void Warn(string section, string key, string message)
    {
        Warnings.Add(message);
        Inspection?.AddWarning(Document, section, key, message);
    }

    /// <summary>A section whose options know `ENV_*` only (C-075, C-076).</summary>
    internal SectionReader WithEnvironment(string section) => new(Document, section, Environment);

    /// <summary>A section whose options know `here` and `ENV_*` (C-073, C-077).</summary>
    internal SectionReader WithHere(string section) => new(Document, section, new Expansions(Environment).Set("here", Here));

    /// <summary>Variables with the contents of files in them, for a child alone to see.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Reveal(IReadOnlyList<KeyValuePair<string, string>> variables) =>
        Environment.Files is { } files
            ? variables.ToList().ConvertAll(pair => KeyValuePair.Create(files.Reveal(pair.Key), files.Reveal(pair.Value)))
            : variables;

    /// <summary>The part after the first colon of a section's name.</summary>
    internal static string NameIn(string section) => section[(section.IndexOf(':') + 1)..];

    internal static string HostName()
    {
        try
        {
            return PythonText.Strip(File.ReadAllText("/proc/sys/kernel/hostname"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return System.Environment.MachineName; // no /proc: this one ends at the first dot
        }
    }
}
