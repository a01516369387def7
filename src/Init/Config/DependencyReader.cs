namespace Init.Config;

/// <summary>depends_on: reading it, and seeing that what it names is there and that nothing waits for itself.</summary>
internal static class DependencyReader
{
    private const string Key = "depends_on";

    internal static IReadOnlyList<Dependency> Read(SectionReader reader) =>
        reader.ReadOwn(Key, [], text => (IReadOnlyList<Dependency>)[.. Values.List(text).Distinct(StringComparer.Ordinal).Select(Item)]);

    /// <summary>`name`, `group:process`, each with or without `:condition`.</summary>
    private static Dependency Item(string text)
    {
        var parts = text.Split(':');
        DependencyCondition? condition = parts.Length == 1 ? null : parts[^1].ToLowerInvariant() switch
        {
            "started" => DependencyCondition.Started,
            "ready" => DependencyCondition.Ready,
            "completed" => DependencyCondition.Completed,
            _ => null,
        };
        if (condition is not null) parts = parts[..^1];
        if (parts.Length > 2 || parts.Any(part => part.Length == 0)) throw new ConfigException(text);
        return new Dependency(string.Join(':', parts), condition ?? DependencyCondition.Ready);
    }

    /// <exception cref="ConfigException">A name that is nobody's, or a circle, with its path.</exception>
    internal static void Check(ReadingContext context, IReadOnlyList<GroupConfig> groups)
    {
        var all = groups.SelectMany(group => group.Processes.Select(process => new Node(group, process))).ToList();
        foreach (var node in all)
            foreach (var dependency in node.Process.DependsOn)
            {
                node.Needs.AddRange(all.Where(other => dependency.Means(other.Group, other.Process)));
                if (!all.Exists(other => dependency.Means(other.Group, other.Process)))
                    Refuse(context, node, $"{Key} names unknown program or group {dependency.Name}", dependency);
            }
        foreach (var node in all)
            if (node.FindCircle([]) is { } circle)
                Refuse(context, node, $"{Key} goes round in a circle: {string.Join(" -> ", circle)}");
    }

    private static void Refuse(ReadingContext context, Node node, string problem, Dependency? unknown = null)
    {
        var section = GroupReader.SectionOf(context, node.Kind, node.Process.Program);
        if (context.Inspection is not { } inspection)
            throw Wrong(context, section, problem);
        if (unknown is null)
            inspection.Fail(context.Document, section, Key, new ConfigException(problem)); // once, however many processes go round
        else
            AddUnknown(context, inspection, section, Key, unknown.Name, problem);
    }

    /// <summary>Tells of a name that is nobody's, unless what it means may only not have been understood.</summary>
    /// <param name="name">A program, a group or a `group:process`.</param>
    internal static void AddUnknown(ReadingContext context, Inspection inspection, string section, string key, string name, string problem)
    {
        if (!inspection.IsIncomplete && !name.Split(':').Any(part => IsBroken(context, inspection, part)))
            inspection.AddError(context.Document, section, key, problem);
    }

    /// <summary>Whether a program or group of that name is there, but could not be read.</summary>
    private static bool IsBroken(ReadingContext context, Inspection inspection, string name) => context.Document.Sections.Any(section =>
        inspection.IsBroken(section) && ReadingContext.NameIn(section) is var broken
        && (broken == name || context.Document.Peek($"group:{name}", "programs")?.Contains(broken, StringComparison.Ordinal) == true));

    private static ConfigException Wrong(ReadingContext context, string section, string problem)
    {
        var file = context.Document.IncludedFrom(section) ?? context.Path;
        return new ConfigException($"{problem} in section {PythonText.Repr(section)} (file: {PythonText.Repr(file)})")
        {
            Location = context.Document.LocationOf(section, Key),
        };
    }

    private sealed class Node(GroupConfig group, ProcessConfig process)
    {
        private bool _isFree;

        internal string Group => group.Name;

        internal GroupKind Kind => group.Kind;

        internal ProcessConfig Process => process;

        internal List<Node> Needs { get; } = [];

        /// <summary>The names along a way from here to a node that is on the way already.</summary>
        internal List<string>? FindCircle(List<Node> way)
        {
            if (_isFree) return null;
            var start = way.IndexOf(this);
            if (start >= 0) return [.. way.Skip(start).Append(this).Select(node => node.ToString())];
            way.Add(this);
            foreach (var need in Needs)
                if (need.FindCircle(way) is { } circle)
                {
                    _isFree = true; // told; what else goes round does so without it
                    return circle;
                }
            way.Remove(this);
            _isFree = true;
            return null;
        }

        public override string ToString() => Group == process.Name ? Group : $"{Group}:{process.Name}";
    }
}
