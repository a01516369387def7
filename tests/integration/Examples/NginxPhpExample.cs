using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Examples;

public sealed class NginxPhpImage() : ExampleImage("nginx-php");

/// <summary>php-cgi behind nginx, run for real: four workers on one socket.</summary>
public sealed class NginxPhpExample(ITestOutputHelper output, NginxPhpImage image) : DaemonTest(output), IClassFixture<NginxPhpImage>
{
    private static readonly TimeSpan _minute = TimeSpan.FromMinutes(1);
    private static readonly string[] _workers = ["php_00", "php_01", "php_02", "php_03"];

    [Fact]
    public async Task Its_workers_share_the_requests_as_www_data()
    {
        var daemon = StartExample();
        using var site = new Site(daemon);
        Assert.Equal(
            [.. _workers, "nginx"],
            daemon.Output.Lines.Select(line => Regex.Match(line, "spawned: '(.*)' with pid")).Where(match => match.Success).Select(match => match.Groups[1].Value));

        // As many at a time as there are workers: each has one.
        var answers = await Task.WhenAll(_workers.Select(_ => site.Get(milliseconds: 1000)));
        Assert.All(answers, answer => Assert.Matches(@"^PHP 8\.\d+\.\d+, worker \d+, user www-data\n$", answer));
        Assert.Equal(InnerPids(daemon).Order(), answers.Select(Worker).Order());
        Assert.Equal("600 www-data www-data socket", Engine.Run("exec", daemon.Container, "stat", "-c", "%a %U %G %F", "/run/php.sock").Trim());
        daemon.WaitForLine(@"^nginx +\| .*""GET /\?ms=1000 HTTP/1\.1"" 200 ");
    }

    [Fact]
    public async Task It_is_ready_when_nginx_answers_and_unhealthy_when_nginx_no_longer_does()
    {
        var daemon = StartExample();
        using var site = new Site(daemon);
        daemon.WaitForLine(@"success: nginx entered RUNNING state, it is ready \(http://127\.0\.0\.1:8080/up\)");
        daemon.WaitUntil(() => Engine.HealthOf(daemon.Container).StartsWith("healthy ", StringComparison.Ordinal), "the container is healthy", _minute);

        // It lives, and accepts connections in the kernel, and does nothing: all of nginx, its master too.
        var master = daemon.PidOf("nginx");
        foreach (var process in daemon.Processes().Where(process => process.CommandLine.StartsWith("nginx:", StringComparison.Ordinal)).ToList())
            Assert.Equal(0, Posix.kill(process.Pid, (int)Signum.SIGSTOP));
        daemon.WaitForLine(@"WARN unhealthy: nginx \(http://127\.0\.0\.1:8080/up: .*\); restarting it", timeout: 2 * _minute);
        daemon.WaitForLine("spawned: 'nginx' with pid", 2, _minute);
        daemon.WaitForLine("success: nginx entered RUNNING state", 2, _minute);
        Assert.NotEqual(master, daemon.PidOf("nginx"));
        Assert.Matches("^PHP", await site.Get());
    }

    [Fact]
    public async Task A_killed_worker_is_replaced_and_no_request_is_refused()
    {
        var daemon = StartExample();
        using var site = new Site(daemon);
        for (var n = 1; n <= 3; n++)
        {
            daemon.WaitForLine("success: php_02 entered RUNNING state", n); // or its end would be one that came too quickly
            // None of them has a request at this moment.
            var killed = new ProcessEntry(daemon.PidOf("php_02")).InnerPid;
            daemon.Kill("php_02", Signum.SIGKILL);
            // One that is about to die may still take a connection, and take it along.
            daemon.WaitForLine(@"exited: php_02 \(terminated by SIGKILL; not expected\)", n);
            var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => site.Get(milliseconds: 20)));
            Assert.DoesNotContain(killed, answers.Select(Worker));
            daemon.WaitForLine("spawned: 'php_02' with pid", n + 1);
        }

        Assert.Equal(4, InnerPids(daemon).Distinct().Count());
        Assert.DoesNotContain(daemon.Output.Lines.SkipWhile(line => !line.Contains("success: nginx", StringComparison.Ordinal)), line => line.Contains(" socket unix:///run/php.sock", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stop_finishes_requests_and_closes_the_socket_until_the_next_start()
    {
        var daemon = StartExample();
        using var site = new Site(daemon);
        var idle = Sockets(daemon);
        var last = site.Get(milliseconds: 2000);
        daemon.WaitUntil(() => Sockets(daemon) > idle, "a worker has the request");
        Assert.Equal(_workers.Select(worker => $"php:{worker}: stopped"), Ctl(daemon, "stop", "php:*").Order(StringComparer.Ordinal));
        Assert.Matches("^PHP", await last);
        daemon.WaitForLine("INFO Closing socket unix:///run/php.sock$", 2); // the first was the trial at the start
        Assert.Equal(HttpStatusCode.BadGateway, await site.Status());
        daemon.WaitForErrorLine(@"connect\(\) to unix:/run/php\.sock failed \(111: Connection refused\)");

        Assert.Equal(_workers.Select(worker => $"php:{worker}: started"), Ctl(daemon, "start", "php:*").Order(StringComparer.Ordinal));
        var first = InnerPids(daemon);
        Assert.Contains(Worker(await site.Get()), first);

        // After a deployment: new workers, the same nginx.
        Ctl(daemon, "restart", "php:*");
        Assert.Empty(first.Intersect(InnerPids(daemon)));
        Assert.Contains(Worker(await site.Get()), InnerPids(daemon));
        Assert.Single(daemon.Output.Lines, line => line.Contains("spawned: 'nginx'", StringComparison.Ordinal));

        using var stop = Child.Start([Engine.Command, "stop", "--time", "60", daemon.Container], environment: Child.InheritedEnvironment());
        Assert.Equal(ExitStatus.Exited(0), stop.WaitForExit(_minute));
        Assert.Equal(ExitStatus.Exited(0), daemon.WaitForExit());
        daemon.WaitForLine("INFO Closing socket unix:///run/php.sock$", 4);
        Assert.Equal("nginx", daemon.Output.Lines.Select(line => Regex.Match(line, @"stopped: (\S+) \(exit status 0\)")).Where(match => match.Success).Select(match => match.Groups[1].Value).SkipLast(4).Last());
    }

    private Daemon StartExample()
    {
        // The image as its users run it: its own binary and command.
        var daemon = Start(new Launch { Place = Place.Container, Image = image.Name, Bare = true });
        foreach (var program in _workers.Append("nginx"))
            daemon.WaitForLine($"success: {program} entered RUNNING state", timeout: _minute);
        return daemon;
    }

    private static List<int> InnerPids(Daemon daemon) => [.. _workers.Select(worker => new ProcessEntry(daemon.PidOf(worker)).InnerPid)];

    /// <summary>How many sockets the workers have, the one that they listen to and connections.</summary>
    private static int Sockets(Daemon daemon) => _workers
        .SelectMany(worker => Directory.EnumerateFiles($"/proc/{daemon.PidOf(worker)}/fd"))
        .Count(fd => new FileInfo(fd).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);

    private static int Worker(string answer) => int.Parse(Regex.Match(answer, @"worker (\d+)").Groups[1].Value, CultureInfo.InvariantCulture);

    private static string[] Ctl(Daemon daemon, params string[] words) =>
        Engine.Run(["exec", daemon.Container, "supervisorctl", .. words]).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The site that nginx serves in the container.</summary>
    private sealed class Site : IDisposable
    {
        private readonly Tunnel _tunnel;
        private readonly HttpClient _http = new();

        public Site(Daemon daemon) => _tunnel = new(daemon.Pid, 8080);

        /// <summary>Throws for any status but 200.</summary>
        /// <param name="milliseconds">For which the worker does nothing else.</param>
        public Task<string> Get(int milliseconds = 0) => _http.GetStringAsync(new Uri(_tunnel.Url, $"/?ms={milliseconds}"));

        public async Task<HttpStatusCode> Status()
        {
            using var response = await _http.GetAsync(_tunnel.Url);
            return response.StatusCode;
        }

        public void Dispose()
        {
            _http.Dispose();
            _tunnel.Dispose();
        }
    }
}
