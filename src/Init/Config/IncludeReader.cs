using Init.Os;

namespace Init.Config;

/// <summary>[include]: other files, named by shell patterns, read over the main one (C-091 to C-103).</summary>
internal static class IncludeReader
{
    private const string Section = "include";

    internal static void Read(ReadingContext context)
    {
        var document = context.Document;
        if (!document.Has(Section)) return;
        document.ExpandHere(context.Here);
        var files = document.Attempt(Section, "files", "",
            () => document.Get(Section, "files") ?? throw new ConfigException(".ini file has [include] section, but no files setting"));
        var names = new Expansions(context.Environment).Set("here", context.Here).Set("host_node_name", context.HostNodeName);
        foreach (var word in PythonText.Words(document.Attempt(Section, "files", "", () => PythonFormat.Expand(files, names, "include.files"))))
        {
            var pattern = PosixPath.Join(context.Here, word);
            var matches = Glob.Find(pattern);
            if (matches.Count == 0) context.Warn(Section, "files", $"No file matches via include \"{pattern}\"");
            foreach (var match in matches)
            {
                context.Infos.Add($"Included extra file \"{match}\" during parsing");
                // One that cannot be read is passed over silently (C-100); so is a FIFO, whose writer would be waited for.
                if (Descriptors.Stat(match).Kind == FileKind.Regular && Text(document, match) is { } text) document.Include(text, match);
                else document.Inspection?.AddWarning(document, Section, "files", $"{match} is passed over, it cannot be read");
                document.ExpandHere(PosixPath.Absolute(PosixPath.DirectoryOf(match), context.Paths.WorkingDirectory));
            }
        }
    }

    private static string? Text(ConfigDocument document, string path)
    {
        try
        {
            return ConfigText.Read(path, out _);
        }
        catch (ConfigException e) when (document.Inspection is { } inspection)
        {
            inspection.Add(Severity.Error, new SourceLocation(path, e.Location?.Line ?? 0), "", "", e.Message);
            inspection.IsIncomplete = true;
            return "";
        }
    }
}
