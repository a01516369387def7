using Init.Integration.Harness;

namespace Init.Integration.Examples;

/// <summary>
/// Compose with the document of an example: its image is the one of this test run, and the engine is the one that all tests use. What it
/// made is gone at the end, volumes too.
/// </summary>
internal sealed class Composition : IDisposable
{
    private const string Project = "init-test";
    private static readonly TimeSpan _minute = TimeSpan.FromMinutes(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("init-compose-").FullName;
    private readonly string[] _documents;
    private readonly IEnumerable<string> _environment = Child.InheritedEnvironment();
    private readonly Child? _engine;

    public Composition(string example, string service, string image)
    {
        var differences = Path.Combine(_folder, "test.yaml");
        // Podman 4.3 takes its own soft limits for hard ones and the hard for soft, unless both are named here.
        File.WriteAllText(differences, $"""
            services:
              {service}:
                image: {image}
                ulimits: {"{"} nofile: 1024, nproc: 4096 {"}"}
            """);
        _documents = ["-f", Path.Combine(Repository.Root, "docker", "examples", example, "compose.yaml"), "-f", differences];
        if (!Engine.Run("--version").Contains("podman", StringComparison.OrdinalIgnoreCase))
            return;
        var socket = $"unix://{_folder}/engine.sock";
        _engine = Child.Start([Engine.Command, "system", "service", "--time", "0", socket]);
        if (!Eventually.Holds(() => File.Exists($"{_folder}/engine.sock")))
            throw new InvalidOperationException($"the engine serves no Compose\n{_engine.Output}\n{_engine.Error}");
        _environment = [.. _environment.Where(variable => !variable.StartsWith("DOCKER_HOST=", StringComparison.Ordinal)), "DOCKER_HOST=" + socket];
    }

    /// <summary>Runs one of Compose's commands and gives what it said.</summary>
    public string Run(params string[] words)
    {
        using var compose = Child.Start(["docker-compose", "-p", Project, .. _documents, .. words], environment: _environment);
        var exit = compose.WaitForExit(2 * _minute);
        var said = compose.Output.ToString();
        return exit is { Code: 0 } ? said : throw new InvalidOperationException($"{compose.Command}: {exit}\n{said}\n{compose.Error}\n{_engine?.Error}");
    }

    /// <summary>The name or id of the one container of a service.</summary>
    public string Container(string service) => Run("ps", "-q", service).Trim();

    public void Dispose()
    {
        try
        {
            Run("down", "--volumes");
        }
        finally
        {
            _engine?.Dispose();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
