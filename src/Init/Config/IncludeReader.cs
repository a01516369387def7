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
        var files = document.Get(Section, "files") ?? throw new ConfigException(".ini file has [include] section, but no files setting");
        var names = new Expansions(context.Environment).Set("here", context.Here).Set("host_node_name", context.HostNodeName);
        foreach (var word in PythonText.Words(PythonFormat.Expand(files, names, "include.files")))
        {
            var pattern = PosixPath.Join(context.Here, word);
            var matches = Glob.Find(pattern);
            if (matches.Count == 0) context.Warnings.Add($"No file matches via include \"{pattern}\"");
            foreach (var match in matches)
            {
                context.Infos.Add($"Included extra file \"{match}\" during parsing");
                // One that cannot be read is passed over silently (C-100); so is a FIFO, whose writer would be waited for.
                if (Descriptors.Stat(match).Kind == FileKind.Regular && ConfigText.Read(match, out _) is { } text) document.Include(text, match);
                document.ExpandHere(PosixPath.DirectoryOf(match));
            }
        }
    }
}
