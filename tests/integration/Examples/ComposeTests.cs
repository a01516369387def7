using System.Net;
using System.Text.RegularExpressions;
using Init.Integration.Harness;
using Xunit;

namespace Init.Integration.Examples;

/// <summary>The Laravel example run by Compose as its document says: the published port, the confinement, the password, the volumes, the stop.</summary>
public sealed class ComposeTests(LaravelQueueImage image) : IClassFixture<LaravelQueueImage>
{
    private const string Service = "reports";
    private static readonly TimeSpan _minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task It_runs_tells_its_health_keeps_its_data_and_stops_in_time()
    {
        using var compose = new Composition("laravel-queue", Service, image.Name);
        using var http = new HttpClient { BaseAddress = new Uri("http://127.0.0.1:9001") };

        compose.Run("up", "--no-build", "--detach");
        Assert.True(Eventually.Holds(() => Asked("/readyz") == HttpStatusCode.OK, _minute), compose.Run("logs"));
        Assert.Equal(HttpStatusCode.Unauthorized, Asked("/"));
        Assert.StartsWith("healthy ", Engine.HealthOf(compose.Container(Service)), StringComparison.Ordinal);
        Assert.Matches("laravel-worker_03: started", compose.Run("exec", "-T", Service, "supervisorctl", "restart", "laravel-worker:laravel-worker_03"));
        Assert.Contains("Migrated:", compose.Run("logs"), StringComparison.Ordinal);

        compose.Run("stop");
        Assert.Equal("0", Engine.Run("inspect", "--format", "{{.State.ExitCode}}", compose.Container(Service)).Trim());
        Assert.Matches(@"stopped: redis \(exit status 0\)", compose.Run("logs"));

        // A new container with the volumes of the old one.
        compose.Run("up", "--no-build", "--detach", "--force-recreate");
        Assert.True(Eventually.Holds(() => Asked("/readyz") == HttpStatusCode.OK, _minute), compose.Run("logs"));
        Assert.Contains("Nothing to migrate", compose.Run("logs"), StringComparison.Ordinal);
        http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String("admin:secret"u8));
        Assert.Matches(new Regex("laravel-worker_00"), await http.GetStringAsync("/"));

        HttpStatusCode? Asked(string path)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, path);
                using var answer = http.Send(request);
                return answer.StatusCode;
            }
            catch (HttpRequestException)
            {
                return null;
            }
        }
    }
}
