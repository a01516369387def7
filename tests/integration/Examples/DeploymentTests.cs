using Xunit;

namespace Init.Integration.Examples;

/// <summary>What the examples tell an engine or a cluster fits the configuration that they run.</summary>
public sealed class DeploymentTests
{
    private static readonly Deployment _laravel = new("laravel-queue");

    [Theory]
    [InlineData("celery-redis")]
    [InlineData("laravel-queue")]
    [InlineData("nginx-php")]
    public void The_stop_that_the_README_names_is_longer_than_stop_budget(string example)
    {
        var deployment = new Deployment(example);
        Assert.InRange(deployment.Number("supervisord.conf", @"^stop_budget=(\d+)$") + 1, 1, deployment.Number("README.md", @"^ +scripts/engine stop -t (\d+) "));
    }

    [Theory]
    [InlineData("compose.yaml", @"^ *stop_grace_period: (\d+)s$")]
    [InlineData("kubernetes.yaml", @"^ *terminationGracePeriodSeconds: (\d+)$")]
    public void The_time_for_the_stop_is_longer_than_stop_budget(string document, string pattern) =>
        Assert.InRange(_laravel.Number("supervisord.conf", @"^stop_budget=(\d+)$") + 1, 1, _laravel.Number(document, pattern));

    [Fact]
    public void The_stop_budget_gives_a_worker_its_stopwaitsecs_and_that_is_longer_than_a_job_may_last()
    {
        var worker = _laravel.Number("conf.d/laravel-worker.conf", @"^stopwaitsecs=(\d+)$");
        Assert.True(worker > 60, "queue:work has a --timeout of 60 s"); // its default
        // Redis and the migration have the ten seconds of Supervisor's default each, and half a second is kept for the end.
        Assert.InRange(worker + 20.5, 0, _laravel.Number("supervisord.conf", @"^stop_budget=(\d+)$"));
    }

    [Fact]
    public void The_probes_ask_the_configured_port_for_what_it_answers()
    {
        var port = _laravel.One("supervisord.conf", @"^port=\*:(\d+)$");
        string[] probes = [.. new[] { "startupProbe", "readinessProbe", "livenessProbe" }.Select(Probe)];
        Assert.Equal([$"/readyz, port: {port}", $"/readyz, port: {port}", $"/healthz, port: {port}"], probes);
        Assert.Equal(port, _laravel.One("kubernetes.yaml", @"containerPort: (\d+)"));
        Assert.Equal($"{port}:{port}", _laravel.One("compose.yaml", @"^ *ports: \[""127\.0\.0\.1:(.*)""\]$"));

        static string Probe(string name) => _laravel.One("kubernetes.yaml", name + @":\n *httpGet: \{ path: (.*) \}$");
    }

    [Fact]
    public void Compose_and_Kubernetes_confine_it_alike()
    {
        Assert.Equal(_laravel.List("compose.yaml", "cap_drop"), _laravel.List("kubernetes.yaml", "drop"));
        Assert.Equal(_laravel.List("compose.yaml", "cap_add"), _laravel.List("kubernetes.yaml", "add"));
        Assert.Equal("true", _laravel.One("compose.yaml", "^ *read_only: (.*)$"));
        Assert.Equal("true", _laravel.One("kubernetes.yaml", "^ *readOnlyRootFilesystem: (.*)$"));
        // Whatever is written to is a volume in both, and the password that the configuration names is a file of its own.
        string[] written = [.. _laravel.List("compose.yaml", "tmpfs"), .. _laravel.All("compose.yaml", @"^ *- \w+:(/.*)$")];
        var password = _laravel.One("supervisord.conf", @"^password=%\(FILE_(.*)\)s$");
        Assert.Equal(password, _laravel.One("compose.yaml", "^ *target: (.*)$"));
        Assert.Equal([.. written.Order(), password], _laravel.All("kubernetes.yaml", "mountPath: ([^, ]+)").Order().OrderBy(path => path == password));
    }

    [Fact]
    public void The_health_that_compose_asks_for_is_that_of_the_image() =>
        Assert.Equal(_laravel.One("Dockerfile", "^HEALTHCHECK .* CMD (.*)$"), _laravel.One("compose.yaml", @"^ *test: (.*)$").Replace("\"CMD\", ", "", StringComparison.Ordinal));
}
