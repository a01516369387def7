namespace Init.Config;

/// <summary>What is written twice. It loads, and the later value wins (C-057, C-101), but it is seldom meant.</summary>
internal static class Duplicates
{
    internal static void Warn(ConfigDocument document, Inspection inspection)
    {
        var first = new Dictionary<string, SourceLocation>(StringComparer.Ordinal);
        var keys = new Dictionary<(string Section, string Key), SourceLocation>();
        // Of the section that is being read: where it begins again, and what it replaces.
        SourceLocation? repeated = null;
        var replaced = new List<string>();
        var current = "";
        var begin = default(SourceLocation);
        foreach (var (section, key, location) in document.Places)
        {
            if (key.Length == 0)
            {
                SayRepeated();
                (current, begin) = (section, location);
                // The same line again is a file that two patterns of [include] name.
                repeated = first.TryGetValue(section, out var earlier) && earlier != location ? earlier : null;
                first.TryAdd(section, location);
                continue;
            }
            if (keys.TryGetValue((section, key), out var before) && before != location)
                if (repeated is not null && IsBefore(before, begin))
                    replaced.Add(key);
                else
                    inspection.AddWarning(document, section, key,
                        $"key '{key}' is written twice, its value at {before.File}:{before.Line} is not used", location);
            keys[(section, key)] = location;
        }
        SayRepeated();

        void SayRepeated()
        {
            if (repeated is { } earlier)
                inspection.AddWarning(document, current, "", $"section [{current}] is written twice, first at {earlier.File}:{earlier.Line}"
                    + (replaced.Count == 0 ? "" : $"; this one replaces {string.Join(", ", replaced.Distinct())}"), begin);
            replaced.Clear();
        }
    }

    private static bool IsBefore(SourceLocation place, SourceLocation begin) => place.File != begin.File || place.Line < begin.Line;
}
