namespace Init.Config;

/// <summary>Our own keys about a program's variables that need more than a word: environment_file.</summary>
internal static class ChildEnvironmentReader
{
    /// <summary>Paths, each with a `-` before it where the file may be missing. The files are not looked at here.</summary>
    internal static IReadOnlyList<EnvironmentFile> Files(SectionReader reader, PathValues paths) =>
        reader.ReadOwn("environment_file", [], text => (IReadOnlyList<EnvironmentFile>)[.. Values.List(text).Select(item => File(item, paths))]);

    private static EnvironmentFile File(string item, PathValues paths)
    {
        var mayBeMissing = item.StartsWith('-');
        var path = mayBeMissing ? PythonText.Strip(item[1..]) : item;
        return path.Length == 0 ? throw new ConfigException(item) : new EnvironmentFile(paths.Absolute(path), mayBeMissing);
    }
}
