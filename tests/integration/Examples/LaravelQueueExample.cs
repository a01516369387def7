using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Examples;

public sealed class LaravelQueueImage() : ExampleImage("laravel-queue");

/// <summary>Laravel's queue workers with the configuration of the usual guide, run for real, controlled by supervisorctl and by the page.</summary>
public sealed class LaravelQueueExample(ITestOutputHelper output, LaravelQueueImage image) : DaemonTest(output), IClassFixture<LaravelQueueImage>
{
    private static readonly TimeSpan _minute = TimeSpan.FromMinutes(1);
    private static readonly string[] _workers = ["laravel-worker_00", "laravel-worker_01", "laravel-worker_02", "laravel-worker_03"];

    [Fact]
    public void Its_workers_share_the_jobs_as_www_data()
    {
        var daemon = StartExample();
        Assert.Equal(["redis", "migrate", .. _workers], Spawned(daemon));
        Assert.All(_workers, worker => Assert.Equal("33\t33\t33\t33", new ProcessEntry(daemon.PidOf(worker)).Field("Uid:")));

        string[] reports = ["spring", "summer", "autumn", "winter"];
        Dispatch(daemon, ["--pages=40", .. reports]);

        // Each takes eight seconds, and an idle worker looks for work every three: so each worker got one.
        Assert.All(reports, report => WaitForLog(daemon, $@"report {report}: 40 pages, rendered by www-data, pid \d+"));
        Assert.Equal(
            _workers.Select(worker => new ProcessEntry(daemon.PidOf(worker)).InnerPid).Order(),
            Regex.Matches(Log(daemon), @"rendered by www-data, pid (\d+)").Select(match => Number(match.Groups[1].Value)).Order());
    }

    [Fact]
    public void It_migrates_first_starts_in_order_survives_failures_tells_its_health_and_ends_with_the_status_of_what_gave_up()
    {
        // With no more rights than the documents for Compose and Kubernetes give it.
        var daemon = StartExample(Deployment.OptionsOfCompose());
        Assert.Equal(["redis", "migrate", .. _workers], Spawned(daemon));
        var lines = daemon.Output.Lines.ToList();
        Assert.InRange(Line("exited: migrate (exit status 0; expected)"), Line("Migrated:  2024_01_01_000000_create_reports_table"), Line("spawned: 'laravel-worker_00'"));
        Assert.InRange(Line("success: redis entered RUNNING state, it is ready (notify)"), Line("* Ready to accept connections"), Line("spawned: 'laravel-worker_00'"));

        daemon.WaitUntil(() => Engine.HealthOf(daemon.Container).StartsWith("healthy ", StringComparison.Ordinal), "the container is healthy", _minute);
        Render("before");

        daemon.Kill("redis", Signum.SIGKILL);
        daemon.WaitForLine(@"success: redis entered RUNNING state, it is ready \(notify\)", 2);
        daemon.Kill("laravel-worker_02", Signum.SIGKILL);
        daemon.WaitForLine("success: laravel-worker_02 entered RUNNING state", 2, _minute);
        Render("after");
        Assert.Equal("after,before", Engine.Run(
            "exec", daemon.Container, "php", "-r",
            "echo join(',', (new PDO('sqlite:/var/www/app/storage/app/reports.sqlite'))->query('select name from reports order by name')->fetchAll(PDO::FETCH_COLUMN));").Trim());

        // It may have run with one report or none before.
        daemon.WaitForLine(@":00,\d{3} INFO spawned: 'scheduler' with pid", timeout: 2 * _minute);
        daemon.WaitForLine(@"^scheduler +\| .*so far 2 pages of 2 reports", timeout: 2 * _minute);

        // What Redis would read at its next start is none of its files.
        Engine.Run("exec", "--user", "redis", daemon.Container, "sh", "-c", "echo nonsense > /var/lib/redis/dump.rdb");
        daemon.Kill("redis", Signum.SIGKILL);
        daemon.WaitForLine("WARN exited: redis .*; not expected", 2);
        daemon.WaitUntil(() => Health().Contains("redis: ", StringComparison.Ordinal), "supervisorctl health misses Redis");
        Assert.Equal(ExitStatus.Exited(1), daemon.WaitForExit(_minute));
        daemon.WaitForLine("gave up: redis entered FATAL state");
        daemon.WaitForLine("WARN exiting 1: program redis ");
        Assert.StartsWith("exiting 1: program redis ", daemon.Read("termination-log"), StringComparison.Ordinal);

        int Line(string text) => lines.FindIndex(line => line.Contains(text, StringComparison.Ordinal)) is >= 0 and var n ? n : throw daemon.Failure("no line with: " + text);

        void Render(string report)
        {
            Dispatch(daemon, [report, "--pages=1"]);
            WaitForLog(daemon, $"report {report}: 1 pages, rendered by www-data");
        }

        string Health()
        {
            using var health = Child.Start([Engine.Command, "exec", daemon.Container, "supervisorctl", "health"]);
            health.WaitForExit(Eventually.Patience);
            return health.Output.ToString();
        }
    }

    [Fact]
    public void A_migration_that_fails_is_the_end_with_its_status_before_a_worker_is_started()
    {
        var broken = Path.Combine(Directory.CreateTempSubdirectory("init-test-").FullName, "broken.php");
        File.WriteAllText(broken, "<?php exit(7);");
        var daemon = StartContainer("--volume", $"{broken}:/var/www/app/database/migrations/2024_01_02_000000_broken.php:ro");
        Assert.Equal(ExitStatus.Exited(7), daemon.WaitForExit(_minute));
        Directory.Delete(Path.GetDirectoryName(broken)!, recursive: true);
        daemon.WaitForLine("WARN exiting 7: program migrate exited with status 7");
        Assert.Equal("exiting 7: program migrate exited with status 7", daemon.Read("termination-log").Trim());
        Assert.Equal(["redis", "migrate"], Spawned(daemon));
    }

    [Fact]
    public void A_stop_of_the_container_lets_a_running_job_finish()
    {
        var daemon = StartExample();
        Dispatch(daemon, ["long", "--pages=25"]);
        WaitForLog(daemon, @"Processing: App\\Jobs\\RenderReport");

        using var stop = Child.Start([Engine.Command, "stop", "--time", "90", daemon.Container], environment: Child.InheritedEnvironment());
        daemon.WaitForLine("received SIGTERM indicating exit request");
        Assert.DoesNotContain("report long", Log(daemon), StringComparison.Ordinal);
        Assert.Equal(ExitStatus.Exited(0), stop.WaitForExit(_minute));
        Assert.Equal(ExitStatus.Exited(0), daemon.WaitForExit());

        Assert.Matches("report long: 25 pages, rendered by www-data", Log(daemon));
        Assert.Matches(@"Processed:  App\\Jobs\\RenderReport", Log(daemon));
        // The scheduler may have been due at this moment.
        var stopped = daemon.Output.Lines.Select(line => Regex.Match(line, @"stopped: (?!scheduler)(\S+) \((.*)\)")).Where(match => match.Success).ToList();
        Assert.Equal([.. _workers, "redis"], stopped.Take(4).Select(match => match.Groups[1].Value).Order().Concat(stopped.Skip(4).Select(match => match.Groups[1].Value)));
        Assert.All(stopped, match => Assert.Equal("exit status 0", match.Groups[2].Value));
    }

    [Fact]
    public void Supervisorctl_does_what_the_guide_says()
    {
        var daemon = StartExample();
        var before = Status(daemon);
        Assert.Equal([.. _workers.Select(worker => "laravel-worker:" + worker), "redis"], before.Keys);

        // After a deployment: new workers, the same Redis.
        var restarted = Ctl(daemon, "restart", "laravel-worker:*");
        Assert.Equal(_workers.Select(worker => $"laravel-worker:{worker}: stopped"), restarted.Take(4).Order(StringComparer.Ordinal));
        Assert.Equal(_workers.Select(worker => $"laravel-worker:{worker}: started"), restarted.Skip(4).Order(StringComparer.Ordinal));
        var after = Status(daemon);
        Assert.Equal(before.Keys, after.Keys);
        Assert.Equal(["redis"], before.Keys.Where(name => before[name] == after[name]));

        // More workers.
        Engine.Run("exec", daemon.Container, "sed", "-i", "s/^numprocs=4$/numprocs=6/", "/etc/supervisor/conf.d/laravel-worker.conf");
        Assert.Equal(["laravel-worker: changed"], Ctl(daemon, "reread"));
        Assert.Equal(after, Status(daemon));
        Assert.Equal(["laravel-worker: stopped", "laravel-worker: updated process group"], Ctl(daemon, "update"));
        daemon.WaitForLine("success: laravel-worker_05 entered RUNNING state", timeout: _minute);
        daemon.WaitUntil(() => Status(daemon).Count == 7, "six workers and Redis running", _minute);
        Assert.Equal(before["redis"], Status(daemon)["redis"]);
        Assert.Equal([], Ctl(daemon, "update"));

        // Following a worker's log, which is that of all workers: whichever of them takes a job, its lines come.
        using var tail = Child.Start([Engine.Command, "exec", daemon.Container, "supervisorctl", "tail", "-f", "laravel-worker:laravel-worker_05"]);
        Assert.NotNull(tail.Output.WaitFor(new Regex("^==> Press Ctrl-C to exit <==$"), _minute));
        foreach (var report in new[] { "first", "second", "third" })
        {
            Dispatch(daemon, [report, "--pages=1"]);
            WaitForLog(daemon, $"report {report}: 1 pages, rendered by www-data");
            if (tail.Output.WaitFor(new Regex($"report {report}: 1 pages, rendered by www-data"), Eventually.Patience) is null)
                throw daemon.Failure($"tail -f has not shown {report}\n{tail.Output}\n{tail.Error}");
        }

        Assert.False(tail.HasExited);
    }

    [Fact]
    public async Task The_page_shows_the_workers_and_restarts_one()
    {
        var daemon = StartExample();
        using var tunnel = new Tunnel(daemon.Pid, 9001);
        using (var http = new HttpClient())
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await Asked("/"));
            // What kubernetes.yaml has a kubelet ask, which knows no password.
            Assert.Equal(HttpStatusCode.OK, await Asked("/healthz"));
            daemon.WaitForLine("healthy: redis ");
            Assert.Equal(HttpStatusCode.OK, await Asked("/readyz"));

            async Task<HttpStatusCode> Asked(string path)
            {
                using var answer = await http.GetAsync(new Uri(tunnel.Url, path));
                return answer.StatusCode;
            }
        }

        using var browser = new Browser();
        browser.Open(tunnel.Url, "admin", "secret");
        string[] names = [.. _workers.Select(worker => "laravel-worker:" + worker), "redis:redis"];
        WaitForPage(() => names.All(name => State(name) == "RUNNING" && PidOf(name) != 0), "all programs running");
        Assert.Equal(names.Length + 2, browser.Count("[data-name]")); // migrate and the scheduler, which come and go
        browser.Screenshot("laravel-queue");

        var before = _workers.ToDictionary(worker => worker, worker => PidOf("laravel-worker:" + worker));
        Assert.Equal(before, _workers.ToDictionary(worker => worker, worker => new ProcessEntry(daemon.PidOf(worker)).InnerPid));
        browser.Click("[data-name='laravel-worker:laravel-worker_01'] button[name=action][value=restart]");
        WaitForPage(
            () => State("laravel-worker:laravel-worker_01") == "RUNNING" && PidOf("laravel-worker:laravel-worker_01") is not 0 and var pid && pid != before["laravel-worker_01"],
            "another pid");
        daemon.WaitForLine("spawned: 'laravel-worker_01' with pid", 2);
        Assert.Equal(new ProcessEntry(daemon.PidOf("laravel-worker_01")).InnerPid, PidOf("laravel-worker:laravel-worker_01"));
        Assert.All(_workers.Where(worker => worker != "laravel-worker_01"), worker => Assert.Equal(before[worker], PidOf("laravel-worker:" + worker)));
        browser.Screenshot("laravel-queue-restarted");

        void WaitForPage(Func<bool> condition, string what)
        {
            if (!Eventually.Holds(condition, _minute))
                throw daemon.Failure($"not in time on the page: {what}\n{browser.Describe()}");
        }

        string State(string name) => browser.Text($"[data-name='{name}'] .state").ToUpperInvariant();

        int PidOf(string name) =>
            Regex.Match(browser.Text($"[data-name='{name}'] .description"), @"^pid (\d+), uptime \d+:\d\d:\d\d(, Ready to accept connections)?$") is { Success: true } match ? Number(match.Groups[1].Value) : 0;
    }

    /// <summary>The container with all its programs running, and the folder of its worker's log here.</summary>
    private Daemon StartExample(params string[] options)
    {
        var daemon = StartContainer(options);
        foreach (var program in _workers.Append("redis"))
            daemon.WaitForLine($"success: {program} entered RUNNING state", timeout: _minute);
        return daemon;
    }

    private Daemon StartContainer(params string[] options)
    {
        var folder = Daemon.FreshFolder();
        Directory.CreateDirectory(Path.Combine(folder, "logs"));
        File.WriteAllText(Path.Combine(folder, "termination-log"), ""); // as Kubernetes makes it
        return Start(new Launch
        {
            Place = Place.Container,
            Image = image.Name,
            Folder = folder,
            EngineOptions = ["--volume", "{dir}/logs:/var/www/app/storage/logs", "--volume", "{dir}/termination-log:/dev/termination-log", .. options],
            // The image as its users run it: its own binary and command.
            Bare = true,
        });
    }

    private static void Dispatch(Daemon daemon, string[] arguments) =>
        Assert.Matches(@"^\d+ dispatched$", Engine.Run(["exec", "--user", "www-data", daemon.Container, "php", "/var/www/app/artisan", "report", .. arguments]).Trim());

    private static string Log(Daemon daemon) => daemon.Read("logs/worker.log");

    private static void WaitForLog(Daemon daemon, string pattern) =>
        daemon.WaitUntil(() => Regex.IsMatch(Log(daemon), pattern), "in the worker's log: " + pattern, _minute);

    private static string[] Ctl(Daemon daemon, params string[] words) =>
        Engine.Run(["exec", daemon.Container, "supervisorctl", .. words]).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What has been spawned, in order, but for the scheduler, which is spawned at each minute.</summary>
    private static IEnumerable<string> Spawned(Daemon daemon) => daemon.Output.Lines
        .Select(line => Regex.Match(line, "spawned: '((?!scheduler).*)' with pid")).Where(match => match.Success).Select(match => match.Groups[1].Value);

    /// <summary>What runs but for the scheduler, and its pid.</summary>
    private static SortedDictionary<string, int> Status(Daemon daemon)
    {
        using var status = Child.Start([Engine.Command, "exec", daemon.Container, "supervisorctl", "status"]);
        Assert.NotNull(status.WaitForExit(_minute)); // its status is 3 while one does not run
        return new(status.Output.Lines.Select(line => Regex.Match(line, @"^(?!scheduler)(\S+) +RUNNING +pid (\d+), uptime \d+:\d\d:\d\d(?:, Ready to accept connections)?$"))
            .Where(match => match.Success).ToDictionary(match => match.Groups[1].Value, match => Number(match.Groups[2].Value)));
    }

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);
}
