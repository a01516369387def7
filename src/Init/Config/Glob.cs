namespace Init.Config;

/// <summary>
/// Python's glob.glob (C-095): `*`, `?` and `[...]` within one part of a path, `**` is `*`, nothing matches a leading dot but a dot,
/// a backslash is a letter.
/// </summary>
internal static class Glob
{
    /// <summary>What exists of the pattern's matches, in code point order (C-097).</summary>
    internal static List<string> Find(string absolutePattern)
    {
        var matches = new List<string>(Expand(absolutePattern, directoriesOnly: false));
        matches.Sort(string.CompareOrdinal);
        return matches;
    }

    private static IEnumerable<string> Expand(string pattern, bool directoriesOnly)
    {
        if (!HasMagic(pattern))
        {
            if (directoriesOnly ? Directory.Exists(pattern) : Exists(pattern)) yield return pattern;
            yield break;
        }
        var name = PosixPath.NameOf(pattern);
        var parent = PosixPath.DirectoryOf(pattern);
        foreach (var directory in HasMagic(parent) ? Expand(parent, directoriesOnly: true) : [parent])
            foreach (var match in NamesIn(directory, name, directoriesOnly))
                yield return PosixPath.Join(directory, match);
    }

    private static IEnumerable<string> NamesIn(string directory, string pattern, bool directoriesOnly)
    {
        if (!HasMagic(pattern))
        {
            // An empty last part, as in `conf*/`, asks for the directory itself.
            if (pattern.Length == 0 ? Directory.Exists(directory) : Exists(PosixPath.Join(directory, pattern))) yield return pattern;
            yield break;
        }
        string[] entries;
        try
        {
            entries = directoriesOnly ? Directory.GetDirectories(directory) : Directory.GetFileSystemEntries(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            yield break; // a directory that cannot be listed has no matches
        }
        foreach (var entry in entries)
        {
            var name = PosixPath.NameOf(entry);
            if ((!name.StartsWith('.') || pattern.StartsWith('.')) && Matches(pattern, name)) yield return name;
        }
    }

    private static bool HasMagic(string text) => text.AsSpan().IndexOfAny('*', '?', '[') >= 0;

    /// <summary>A broken symbolic link exists too.</summary>
    private static bool Exists(string path)
    {
        try
        {
            File.GetAttributes(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>fnmatch. A failed match goes back to the last `*` only, which then takes one character more.</summary>
    internal static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        int p = 0, n = 0, starAt = -1, starTook = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (starAt, starTook) = (p++, n);
            }
            else if (p < pattern.Length && MatchesOne(pattern, p, name[n], out var next))
            {
                (p, n) = (next, n + 1);
            }
            else if (starAt >= 0)
            {
                (p, n) = (starAt + 1, ++starTook);
            }
            else
            {
                return false;
            }
        }
        while (p < pattern.Length && pattern[p] == '*') p++;
        return p == pattern.Length;
    }

    private static bool MatchesOne(ReadOnlySpan<char> pattern, int at, char c, out int next)
    {
        next = at + 1;
        if (pattern[at] == '?') return true;
        if (pattern[at] != '[') return pattern[at] == c;
        // `]` may come first in a class; a `[` without its `]` is a letter.
        var first = at + 1;
        var negated = first < pattern.Length && pattern[first] == '!';
        if (negated) first++;
        var end = first + 1 < pattern.Length ? pattern[(first + 1)..].IndexOf(']') : -1;
        if (end < 0) return c == '[';
        end += first + 1;
        next = end + 1;
        var found = false;
        for (var i = first; i < end; i++)
        {
            if (i + 2 < end && pattern[i + 1] == '-')
            {
                found |= pattern[i] <= c && c <= pattern[i + 2];
                i += 2;
            }
            else
            {
                found |= pattern[i] == c;
            }
        }
        return found != negated;
    }
}
