namespace Init.Unit;

/// <summary>A directory of a test's own, gone after it.</summary>
internal sealed class ScratchDirectory : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("init-").FullName;

    internal string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>The names of all that is in it.</summary>
    internal IEnumerable<string?> Names => Directory.EnumerateFileSystemEntries(Path).Select(System.IO.Path.GetFileName).Order();

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
