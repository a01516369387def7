namespace Init.Integration.Harness;

/// <summary>The container engine, by the command line that Docker and Podman share.</summary>
internal static class Engine
{
    public const string Debian = "docker.io/library/debian:bookworm-slim";

    /// <summary>The project's wrapper, which finds or sets up an engine.</summary>
    public static string Command { get; } =
        Path.Combine(Repository.Root, "scripts", "engine") is var wrapper && File.Exists(wrapper) ? wrapper : "podman";

    public static string Run(params string[] arguments) => Child.Run([Command, .. arguments]);

    /// <summary>The pid of a container's first process as the host sees it; 0 while there is none.</summary>
    public static int PidOf(string container)
    {
        using var inspect = Child.Start([Command, "inspect", "--format", "{{.State.Pid}}", container]);
        inspect.WaitForExit(Eventually.Patience);
        return int.TryParse(inspect.Output.ToString(), out var pid) ? pid : 0;
    }

    /// <summary>What an image's HEALTHCHECK says of a container now: healthy, unhealthy or starting, then the last answers.</summary>
    public static string HealthOf(string container)
    {
        // Docker asks by itself, Podman only where systemd runs.
        using (var asked = Child.Start([Command, "healthcheck", "run", container], environment: Child.InheritedEnvironment()))
            asked.WaitForExit(Eventually.Patience);
        using var inspect = Child.Start([Command, "inspect", "--format", "{{.State.Health.Status}} {{json .State.Health.Log}}", container], environment: Child.InheritedEnvironment());
        inspect.WaitForExit(Eventually.Patience);
        return inspect.Output.ToString();
    }

    /// <summary>Makes an image of a folder, once for a test run, and gives its name.</summary>
    public static string ImageOf(string name, string folder)
    {
        var archive = folder.TrimEnd('/') + ".tar";
        Child.Run("tar", "-C", folder, "-cf", archive, ".");
        Run("import", archive, name);
        File.Delete(archive);
        return name;
    }
}
