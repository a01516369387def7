namespace Init.Config;

/// <summary>Where a key or section was written: the file as named, the line from 1.</summary>
internal readonly record struct SourceLocation(string File, int Line);

/// <summary>Where an option, or with an empty key a section, is written.</summary>
internal sealed record WrittenPlace(string Section, string Key, SourceLocation Location);
