using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Health;

/// <summary>HEALTHCHECK of an image, asked by the engine.</summary>
public sealed class ContainerHealthTests(ITestOutputHelper output) : DaemonTest(output)
{
    private const string Dockerfile = $"""
        FROM {Engine.Debian}
        COPY links/ /usr/local/bin/
        COPY supervisord.conf /etc/supervisord.conf
        HEALTHCHECK --interval=1s --retries=1 CMD ["/usr/local/bin/supervisorctl", "health"]
        CMD ["/usr/local/bin/init"]
        """;

    private const string Config = """
        [supervisord]
        [unix_http_server]
        file=/run/supervisor.sock
        [rpcinterface:supervisor]
        supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
        [supervisorctl]
        serverurl=unix:///run/supervisor.sock
        [program:web]
        command=sleep 600
        healthcheck=file:/tmp/up
        healthcheck_interval=1
        healthcheck_retries=1
        on_unhealthy=none
        [program:migrate]
        command=true
        oneshot=true
        """;

    [Fact]
    public void The_health_of_a_container_is_that_of_its_programs()
    {
        var daemon = Start(new Launch { Place = Place.Container, Image = Build(), Bare = true });
        daemon.WaitForLine("success: web");
        Assert.Contains("web: ", Becomes(daemon, "unhealthy"), StringComparison.Ordinal);
        Engine.Run("exec", daemon.Container, "touch", "/tmp/up");
        Becomes(daemon, "healthy");
        Engine.Run("exec", daemon.Container, "rm", "/tmp/up");
        Assert.Contains("web: unhealthy: file:/tmp/up: no such file or directory", Becomes(daemon, "unhealthy"), StringComparison.Ordinal);
    }

    private static string Build()
    {
        const string name = "localhost/init-test-health";
        var context = Daemon.FreshFolder();
        var links = Directory.CreateDirectory(Path.Combine(context, "links")).FullName;
        File.Copy(Implementation.Ours.PathOf("init"), links + "/init");
        File.CreateSymbolicLink(links + "/supervisorctl", "init");
        File.WriteAllText(context + "/supervisord.conf", Config);
        File.WriteAllText(context + "/Dockerfile", Dockerfile);
        using var build = Child.Start([Engine.Command, "build", "--network", "host", "--tag", name, context]);
        var exit = build.WaitForExit(TimeSpan.FromMinutes(5));
        Directory.Delete(context, recursive: true);
        Assert.True(exit is { Code: 0 }, $"the image does not build\n{build.Output}\n{build.Error}");
        return name;
    }

    /// <summary>Waits for a status of the container, and gives what the engine tells of the last check.</summary>
    private static string Becomes(Daemon daemon, string status)
    {
        var health = "";
        daemon.WaitUntil(
            () => (health = Engine.HealthOf(daemon.Container)).StartsWith(status + " ", StringComparison.Ordinal), $"the container is {status}", TimeSpan.FromMinutes(1));
        return health;
    }
}
