namespace Init.Integration.Harness;

/// <summary>Where things are, found from the folder that holds Init.sln.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Fixtures { get; } = Path.Combine(Root, "tests", "integration", "fixtures");

    /// <summary>What runs Supervisor's own tests.</summary>
    public static string SupervisorsTests { get; } = Path.Combine(Root, "tests", "integration", "supervisor");

    public static string Scenarios { get; } = Path.Combine(Root, "tests", "integration", "scenarios");

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
            if (File.Exists(Path.Combine(directory.FullName, "Init.sln")))
                return directory.FullName;
        throw new InvalidOperationException($"No Init.sln above {AppContext.BaseDirectory}: run the tests from a source tree.");
    }
}
