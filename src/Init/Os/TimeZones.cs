namespace Init.Os;

/// <summary>Time zones by their names (`Europe/Berlin`), of which the system has a database; images often have none.</summary>
internal static class TimeZones
{
    private const string Database = "/usr/share/zoneinfo";

    /// <summary>Why a name is no zone's here; null for one that is.</summary>
    internal static string? Problem(string name)
    {
        if (IsName(name) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out _))
            return null;
        var database = Environment.GetEnvironmentVariable("TZDIR") is { Length: > 0 } other ? other : Database;
        return Directory.Exists(database) ? $"{database} has no such time zone" : $"there are no time zones here: {database} is missing (tzdata)";
    }

    /// <summary>What a zone's clocks differ from UTC; those of our own zone for null.</summary>
    internal static Func<DateTimeOffset, TimeSpan> OffsetOf(string? name) =>
        name is null ? static time => LocalClock.ToLocal(time).Offset : TimeZoneInfo.FindSystemTimeZoneById(name).GetUtcOffset;

    /// <summary>Not a path that leads elsewhere.</summary>
    private static bool IsName(string name)
    {
        foreach (var c in name)
            if (!(char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+'))
                return false;
        return name.Length > 0 && name[0] != '/';
    }
}
