using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Health;

/// <summary>healthcheck and its keys, on the binary.</summary>
public sealed class HealthcheckTests(ITestOutputHelper output) : HealthCase(output)
{
    [Fact]
    public void Every_form_passes_and_fails()
    {
        using var tcp = new TcpListener(IPAddress.Loopback, 0);
        tcp.Start();
        var port = ((IPEndPoint)tcp.LocalEndpoint).Port;
        _ = ServeAsync(tcp);
        var folder = Daemon.FreshFolder();
        using var unix = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        unix.Bind(new UnixDomainSocketEndPoint(folder + "/up.sock"));
        unix.Listen();
        var closed = Port.Free();
        const string None = "on_unhealthy=none";
        var daemon = Run(
            Asked("tcp", $"tcp:{port}", None) + Asked("tcp-not", $"tcp:localhost:{closed}", None)
            + Asked("unix", $"unix:{folder}/up.sock", None) + Asked("unix-not", $"unix:{folder}/none.sock", None)
            + Asked("http", $"http://127.0.0.1:{port}/ok", None) + Asked("http-not", $"http://localhost:{port}/bad", None)
            + Asked("file", "file:{dir}/supervisord.conf", None) + Asked("file-not", "file:{dir}/none", None)
            + Asked("command", "command:test -f supervisord.conf", "directory={dir}\n" + None)
            + Asked("command-not", "command:sh -c 'echo it is; echo ill >&2; exit 3'", None)
            + Asked("name-not", $"tcp:no-such-host.invalid:{port}", None));
        foreach (var name in new[] { "tcp", "unix", "http", "file", "command" })
            daemon.WaitForLine($"INFO healthy: {name} ");
        daemon.WaitForLine($"INFO unhealthy: tcp-not .tcp:localhost:{closed}: connection refused.$");
        daemon.WaitForLine("INFO unhealthy: unix-not .unix:.*/none.sock: no such file or directory.$");
        daemon.WaitForLine($"INFO unhealthy: http-not .http://localhost:{port}/bad: status 503.$");
        daemon.WaitForLine("INFO unhealthy: file-not .file:.*/none: no such file or directory.$");
        daemon.WaitForLine("INFO unhealthy: command-not .*: exit status 3; it is ill.$");
        daemon.WaitForLine("INFO unhealthy: name-not .*: .*$");
        Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains("stopped:", StringComparison.Ordinal));
        Assert.Equal(6, Ctl(daemon, 1, "health").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal("", Ctl(daemon, 0, "health", "tcp", "unix", "http", "file", "command"));
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void What_we_lack_ourselves_is_no_failure_of_the_program_and_is_said_once()
    {
        using var tcp = new TcpListener(IPAddress.Any, 0);
        tcp.Start();
        var port = ((IPEndPoint)tcp.LocalEndpoint).Port;
        _ = ServeAsync(tcp);
        var folder = Daemon.FreshFolder();
        using var unix = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        unix.Bind(new UnixDomainSocketEndPoint(folder + "/up.sock"));
        unix.Listen();
        var daemon = Run(
            Asked("tcp", $"tcp:{port}", "on_unhealthy=none") + Asked("unix", $"unix:{folder}/up.sock") + Asked("http", $"http://localhost:{port}/ok", "on_unhealthy=none")
            + Asked("command", "command:true") + Asked("user", "command:true", "user=nobody") + Asked("named", $"tcp:{Dns.GetHostName()}:{port}", "on_unhealthy=none")
            + "[program:clock]\ncommand=sleep 600\nstartsecs=0\nhealthcheck=file:{dir}/supervisord.conf\nhealthcheck_interval=1\nhealthcheck_retries=3\non_unhealthy=none\n");
        string[] names = ["tcp", "unix", "http", "command", "user", "named"];
        foreach (var name in names.Append("clock"))
            daemon.WaitForLine($"INFO healthy: {name} ");
        SetDescriptors(daemon, 3);
        foreach (var name in names)
            daemon.WaitForLine($"WARN healthcheck of {name} cannot be asked, which does not count {(name == "named" ? "" : ".*[Tt]oo many open files")}");
        File.Move(daemon.PathOf("supervisord.conf"), daemon.PathOf("away"));
        daemon.WaitForLine("INFO unhealthy: clock "); // that takes three questions
        Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains("stopped:", StringComparison.Ordinal));
        Assert.Equal(["clock"], Unhealthy());
        Assert.All(names, name => Assert.Single(daemon.Output.Lines, line => line.Contains($"healthcheck of {name} cannot", StringComparison.Ordinal)));
        SetDescriptors(daemon, 1024);
        tcp.Stop();
        daemon.WaitForLine("INFO unhealthy: tcp .tcp:.*: connection refused.$");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        Directory.Delete(folder, recursive: true);

        IEnumerable<string> Unhealthy() => daemon.Output.Lines.Where(line => line.Contains(" unhealthy: ", StringComparison.Ordinal))
            .Select(line => line.Split(" unhealthy: ")[1].Split(' ')[0]).Distinct();
    }

    private static void SetDescriptors(Daemon daemon, int most)
    {
        using var run = Child.Start(["prlimit", "--pid", daemon.Pid.ToString(CultureInfo.InvariantCulture), FormattableString.Invariant($"--nofile={most}:")]);
        Assert.Equal(ExitStatus.Exited(0), run.WaitForExit(Eventually.Patience));
    }

    /// <summary>200 for /ok, 503 for all else.</summary>
    private static async Task ServeAsync(TcpListener listener)
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await listener.AcceptTcpClientAsync();
            }
            catch (SocketException)
            {
                return; // the test is over
            }
            _ = AnswerAsync(client);
        }

        static async Task AnswerAsync(TcpClient client)
        {
            using (client)
                try
                {
                    var buffer = new byte[4096];
                    var length = await client.GetStream().ReadAsync(buffer);
                    var status = Encoding.ASCII.GetString(buffer, 0, length).StartsWith("GET /ok ", StringComparison.Ordinal) ? "200 OK" : "503 Busy";
                    await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n"));
                }
                catch (IOException)
                {
                    // who asked is gone
                }
        }
    }

    [Fact]
    public void An_unhealthy_program_is_restarted_and_that_is_no_failed_start()
    {
        var daemon = Run(Asked("web", "file:{dir}/up", "startretries=0"));
        daemon.WaitForLine("WARN unhealthy: web .file:.*/up: no such file or directory.; restarting it$", times: 2);
        daemon.WaitForLine("spawned: 'web'", times: 3);
        File.WriteAllText(daemon.PathOf("up"), "");
        daemon.WaitUntil(() => Ctl(daemon, "health").Status == 0, "it is healthy");
        Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains("gave up", StringComparison.Ordinal) || line.Contains("exited:", StringComparison.Ordinal));
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void Or_stopped_for_good_which_is_not_well()
    {
        var daemon = Run(Asked("web", "file:{dir}/up", "on_unhealthy=stop\nautorestart=true") + "[program:other]\ncommand=sleep 600\nstartsecs=0\n");
        daemon.WaitForLine("WARN unhealthy: web .file:.*/up: no such file or directory.; stopping it$");
        daemon.WaitForLine("stopped: web");
        Assert.Equal($"web: stopped: unhealthy: file:{daemon.Folder}/up: no such file or directory\n", Ctl(daemon, 1, "health"));
        Assert.Contains("  STOPPING  stopped because it is unhealthy: no such file or directory\n", Ctl(daemon, 0, "why", "web"), StringComparison.Ordinal);
        File.WriteAllText(daemon.PathOf("up"), "");
        Assert.Equal("web: started\n", Ctl(daemon, 0, "start", "web"));
        daemon.WaitUntil(() => Ctl(daemon, "health").Status == 0, "it is healthy");
        Ctl(daemon, 0, "stop", "web"); // by hand
        Assert.Equal("", Ctl(daemon, 0, "health"));
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void Or_it_is_the_end_of_the_container()
    {
        var port = Port.Free();
        var daemon = Start(new Launch
        {
            Place = Place.Container,
            Config = $"[supervisord]\n{Asked("web", $"tcp:{port}", "on_unhealthy=exit")}[program:other]\ncommand=sleep 600\n",
        });
        Assert.Equal(ExitStatus.Exited(1), daemon.WaitForExit());
        Assert.EndsWith(" exiting 1: program web is unhealthy: connection refused", daemon.Output.Lines.Last(line => line.Length > 0), StringComparison.Ordinal);
        daemon.WaitForLine("stopped: other");
    }

    [Fact]
    public void Or_only_said()
    {
        var daemon = Run(Asked("web", "file:{dir}/up", "on_unhealthy=none"));
        var pid = daemon.PidOf("web");
        daemon.WaitForLine("INFO unhealthy: web ");
        File.WriteAllText(daemon.PathOf("up"), "");
        daemon.WaitForLine("INFO healthy: web ");
        Assert.Equal("", Ctl(daemon, 0, "health"));
        File.Delete(daemon.PathOf("up"));
        daemon.WaitForLine("INFO unhealthy: web ", times: 2);
        Assert.Equal($"web: unhealthy: file:{daemon.Folder}/up: no such file or directory\n", Ctl(daemon, 1, "health"));
        Assert.Equal(pid, daemon.PidOf("web"));
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void A_stop_for_being_unhealthy_can_be_the_last_end()
    {
        var daemon = Run(Asked("web", "file:{dir}/up", "on_unhealthy=stop"), "exit_when_done=true");
        Assert.Equal(ExitStatus.Exited(1), daemon.WaitForExit());
        daemon.WaitForLine(" exiting 1: program web is unhealthy: file:.*/up: no such file or directory$");
    }

    [Fact]
    public void In_the_start_period_failures_do_not_count()
    {
        var daemon = Run(Asked("web", "file:{dir}/up", "healthcheck_start_period=4\non_unhealthy=none"));
        var began = Time(daemon, "success: web");
        Assert.InRange((Time(daemon, "unhealthy: web") - began).TotalSeconds, 3.99, 20);
    }

    [Fact]
    public void The_first_success_ends_it()
    {
        var daemon = Run(Asked("web", "file:{dir}/up", "healthcheck_start_period=3600\non_unhealthy=none"));
        daemon.WaitForLine("success: web");
        File.WriteAllText(daemon.PathOf("up"), "");
        daemon.WaitForLine(" healthy: web");
        File.Delete(daemon.PathOf("up"));
        daemon.WaitForLine("unhealthy: web");
    }

    [Fact]
    public void A_command_is_the_programs_user_and_has_its_time_and_its_children_end_with_it()
    {
        // A duration that is nobody else's.
        var sleep = "sleep " + (1000 + Random.Shared.NextDouble() * 100_000).ToString("F6", CultureInfo.InvariantCulture);
        var daemon = Run(Asked("web", $"command:sh -c 'id -un >who; {sleep} & {sleep}'", "user=nobody\ndirectory={dir}\nhealthcheck_timeout=1\non_unhealthy=none"));
        daemon.WaitForLine("unhealthy: web .*: no answer within 1 s.$");
        Assert.Equal("nobody\n", daemon.Read("who"));
        daemon.WaitUntil(() => Sleeping() <= 2, "those of runs before are gone"); // the next run may be under way
        daemon.WaitUntil(() => Sleeping() == 2, "another run is under way");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        daemon.WaitUntil(() => Sleeping() == 0, "nothing of it is left");

        int Sleeping() => ProcessTable.All().Count(process => process.CommandLine == sleep);
    }

    [Fact]
    public void A_dependent_waits_for_RUNNING_and_not_for_health()
    {
        var daemon = Run(Asked("db", "file:{dir}/none", "healthcheck_start_period=3600") + "[program:web]\ncommand=sleep 600\ndepends_on=db\n");
        daemon.WaitForLine("success: web");
        Assert.Equal($"db: not healthy yet: file:{daemon.Folder}/none: no such file or directory\n", Ctl(daemon, 1, "health"));
    }

    private static DateTime Time(Daemon daemon, string line) => DateTime.ParseExact(
        daemon.WaitForLine($@"^(\d+-\d+-\d+ \d+:\d+:\d+,\d+) \w+ {line}").Groups[1].Value, "yyyy-MM-dd HH:mm:ss,fff", CultureInfo.InvariantCulture);
}
