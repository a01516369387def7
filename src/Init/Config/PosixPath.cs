using Init.Os;

namespace Init.Config;

/// <summary>Paths as Python's posixpath treats them: a backslash is a letter, two leading slashes stay two.</summary>
internal static class PosixPath
{
    internal static string Join(string directory, string path) =>
        path.StartsWith('/') || directory.Length == 0 ? path : directory.EndsWith('/') ? directory + path : directory + "/" + path;

    internal static string DirectoryOf(string path)
    {
        var head = path[..(path.LastIndexOf('/') + 1)];
        var trimmed = head.TrimEnd('/');
        return trimmed.Length == 0 ? head : trimmed;
    }

    internal static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>Absolute, without `.`, `..` and doubled slashes; symbolic links are not looked at.</summary>
    internal static string Absolute(string path, string workingDirectory)
    {
        var full = Join(workingDirectory, path);
        var parts = new List<string>();
        foreach (var part in full.Split('/'))
        {
            if (part is "" or ".") continue;
            if (part != "..")
                parts.Add(part);
            else if (parts.Count > 0)
                parts.RemoveAt(parts.Count - 1);
        }
        var root = full.StartsWith("//", StringComparison.Ordinal) && !full.StartsWith("///", StringComparison.Ordinal) ? "//" : "/";
        return root + string.Join('/', parts);
    }

    /// <summary>`~` and `~name` at the start become home directories; an unknown one stays as it is.</summary>
    internal static string ExpandUser(string path, IReadOnlyDictionary<string, string> environment)
    {
        if (!path.StartsWith('~')) return path;
        var end = path.IndexOf('/');
        if (end < 0) end = path.Length;
        string? home;
        if (end > 1)
            home = Users.Find(path[1..end])?.Home;
        else if (!environment.TryGetValue("HOME", out home))
            home = Users.Find(Users.OwnUid)?.Home;
        if (home is null) return path;
        var expanded = home.TrimEnd('/') + path[end..];
        return expanded.Length == 0 ? "/" : expanded;
    }
}
