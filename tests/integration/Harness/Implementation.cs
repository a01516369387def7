namespace Init.Integration.Harness;

/// <summary>Whose programs a test runs: ours, or Debian's package of Python Supervisor, the peer we must agree with.</summary>
public enum Implementation
{
    Ours,
    Debian,
}

internal static class ImplementationPaths
{
    private static readonly Lazy<string> _binary = new(FindBinary);

    /// <summary>The path of <paramref name="name"/>: init, supervisord and so on.</summary>
    public static string PathOf(this Implementation implementation, string name)
    {
        var path = implementation == Implementation.Debian
            ? "/usr/bin/" + name
            : Path.Combine(Path.GetDirectoryName(_binary.Value)!, name);
        if (!File.Exists(path))
            throw new FileNotFoundException(implementation == Implementation.Debian
                ? $"{path} is missing: install Debian's supervisor package, which these tests compare with."
                : $"{path} is missing beside the published binary {_binary.Value}: publish it and make its links first.");
        return path;
    }

    /// <summary>INIT_BINARY, else out/init of the source tree. No binary is a failure, not a reason to skip.</summary>
    private static string FindBinary()
    {
        var path = Environment.GetEnvironmentVariable("INIT_BINARY") is { Length: > 0 } given
            ? Path.GetFullPath(given)
            : Path.Combine(Repository.Root, "out", "init");
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException($"{path} is missing: publish the binary first, or name it in INIT_BINARY.");
    }
}
