using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Order;

/// <summary>ready_when in all its forms, on the binary.</summary>
public sealed class ReadinessTests(ITestOutputHelper output) : ControlledTest(output)
{
    private const int Several = 5;
    private const string Fixture = "{fixtures}/be-ready";

    private Daemon Run(string programs, Launch? launch = null) => Run(programs, "directory={dir}\n", launch);

    [Theory]
    [InlineData("tcp:{port}", "tcp {port}")]
    [InlineData("unix:{dir}/a/b/%(process_num)d.sock", "unix {dir}/a/b/%(process_num)d.sock")]
    [InlineData("file:{dir}/c/d/%(process_num)d", "file {dir}/c/d/%(process_num)d")]
    [InlineData("file:{dir}/e/%(process_num)d/ready", "anew {dir}/e/%(process_num)d/ready")]
    [InlineData("fd:3", "fd 3")]
    [InlineData("fd:9", "fd 9")]
    [InlineData("log:^ready to [a-z]+$", "log 'ready to serve'")]
    [InlineData("notify", "notify")]
    public void It_is_RUNNING_within_50_ms_of_the_fact(string readyWhen, string words)
    {
        // Several at once, for this machine may be busy with something else at the moment of one.
        var ports = Enumerable.Range(0, Several).Select(_ => Port.Free()).ToArray();
        var lags = new List<double>();
        var daemon = Run(string.Concat(Enumerable.Range(0, Several).Select(n => $"""
            [program:p{n}]
            command={Fixture} {Filled(words, n)}
            startsecs=0
            ready_when={Filled(readyWhen, n)}

            """)));
        for (var n = 0; n < Several; n++)
        {
            daemon.WaitForLine($@"success: p{n} entered RUNNING state, it is ready \(");
            daemon.WaitUntil(() => daemon.Read($"at-p{n}").Length > 0, $"p{n} tells when it was ready");
            var fact = double.Parse(daemon.Read($"at-p{n}"), CultureInfo.InvariantCulture);
            lags.Add(Seconds(daemon.WaitForLine($@"(?m)^(\S+ \S+) INFO success: p{n} ").Groups[1].Value) - fact);
        }
        Report.WriteLine($"{readyWhen}: {string.Join(' ', lags.Select(lag => FormattableString.Invariant($"{lag * 1000:0}")))} ms");
        Assert.All(lags, lag => Assert.True(lag > -0.005, $"ready {-lag} s before the fact"));
        Assert.True(lags.Order().ElementAt(Several / 2) < 0.05, $"ready after {string.Join(", ", lags)} s");

        string Filled(string text, int n) => text
            .Replace("{port}", ports[n].ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("%(process_num)d", n.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    /// <summary>Of a line of the activity log.</summary>
    private static double Seconds(string time) =>
        (DateTime.ParseExact(time, "yyyy-MM-dd HH:mm:ss,fff", CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal | DateTimeStyles.AdjustToUniversal)
            - DateTime.UnixEpoch).TotalSeconds + 0.0005; // cut to milliseconds

    [Fact]
    public void A_command_and_an_address_are_asked_until_they_say_yes()
    {
        var port = Port.Free();
        var daemon = Run($$"""
            [program:web]
            command=sh -c 'sleep .4; exec python3 -m http.server {{port}} --bind 127.0.0.1'
            ready_when=http://127.0.0.1:{{port}}/supervisord.conf
            startsecs=0
            [program:missing]
            command=sleep 600
            ready_when=http://127.0.0.1:{{port}}/missing
            ready_timeout=3
            startretries=0
            depends_on=web
            [program:asked]
            command=sh -c 'sleep .4; touch {dir}/up-$(id -un); exec sleep 600'
            user=nobody
            environment=FILE={dir}/up-nobody
            ready_when=command:sh -c 'test $(id -un) = nobody && test -e $FILE'
            startsecs=0
            """);
        daemon.WaitForLine(@"success: web entered RUNNING state, it is ready \(http://127.0.0.1:\d+/supervisord.conf\)");
        daemon.WaitForLine("success: asked entered RUNNING state, it is ready .command:");
        daemon.WaitForLine("missing is not ready within 3 s: http://.*/missing: .*404");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void What_depends_on_it_waits_until_it_is_ready_and_startsecs_has_passed()
    {
        var daemon = Run("""
            [program:app]
            command=sleep 600
            depends_on=db
            [program:db]
            command={fixtures}/be-ready notify READY=1 'STATUS=ready for 5 clients'
            ready_when=notify
            startsecs=4
            """);
        daemon.WaitForLine("spawned: 'db'");
        daemon.WaitUntil(() => Ctl(daemon, 3, "status").Contains("STARTING  ready for 5 clients", StringComparison.Ordinal), "its words are its description");
        Assert.Matches(@"(?m)^app +STOPPED +waiting for db:ready$", Ctl(daemon, 3, "status"));
        daemon.WaitForLine("spawned: 'app'");
        Assert.Matches(@"(?m)^db +RUNNING +pid \d+, uptime 0:00:0\d, ready for 5 clients$", Ctl(daemon, 0, "status"));
        Assert.Matches("(?s)success: db .*spawned: 'app'", daemon.Output.ToString());
    }

    [Fact]
    public void Not_ready_in_time_is_a_failed_start_and_what_waits_for_it_hears_of_it()
    {
        var daemon = Run("""
            [program:db]
            command=sleep 600
            ready_when=unix:{dir}/db.sock
            ready_timeout=1
            startretries=1
            [program:app]
            command=sleep 600
            depends_on=db
            """);
        daemon.WaitForLine("db is not ready within 1 s: unix:/.*/db.sock: no such file or directory");
        daemon.WaitForLine("exited: db .terminated by SIGTERM; not expected.");
        daemon.WaitForLine("spawned: 'db'", times: 2);
        Assert.Matches(@"(?m)^db +STARTING +not ready yet \(unix:/.*/db.sock\)$", Ctl(daemon, 3, "status"));
        daemon.WaitForLine("gave up: db entered FATAL state");
        daemon.WaitForLine("gave up: app entered FATAL state, it depends on db, which is FATAL");
        Assert.Matches(@"(?m)^db +FATAL +not ready within 1 s: unix:/.*/db.sock: no such file or directory$", Ctl(daemon, 3, "status"));
    }

    [Fact]
    public void The_reason_is_that_of_the_question_under_way_and_not_of_an_earlier_one()
    {
        var port = Port.Free();
        var daemon = Run($"[program:db]\ncommand=sleep 600\nready_when=http://127.0.0.1:{port}/\nready_timeout=4\nstartretries=0\n");
        daemon.WaitForLine("spawned: 'db'");
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start(); // the kernel accepts, and nobody answers
        daemon.WaitForLine($"db is not ready within 4 s: http://127.0.0.1:{port}/: no answer$");
    }

    [Fact]
    public void A_stop_while_it_is_not_ready_is_a_stop_and_start_waits_for_it_to_be_ready()
    {
        var daemon = Run("""
            [program:db]
            command=sh -c 'trap "" TERM; sleep 1; touch {dir}/up; while :; do sleep 1; done'
            ready_when=file:{dir}/up
            ready_timeout=60
            stopwaitsecs=1
            startsecs=0
            """);
        daemon.WaitForLine("spawned: 'db'");
        Assert.Equal("db: stopped\n", Ctl(daemon, 0, "stop", "db"));
        File.Delete(daemon.PathOf("up"));
        Assert.Equal("db: started\n", Ctl(daemon, 0, "start", "db"));
        Assert.True(File.Exists(daemon.PathOf("up")));
        Assert.DoesNotContain("BACKOFF", Ctl(daemon, 0, "status"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("barrier")] // a child that is gone as soon as it was heard
    [InlineData("child")] // a child in a session of its own
    public void Its_descendants_may_speak_for_it(string how)
    {
        var daemon = Run($"[program:db]\ncommand={{fixtures}}/be-ready {how}\nready_when=notify\n");
        daemon.WaitForLine(@"success: db entered RUNNING state, it is ready \(notify\)");
    }

    [Fact]
    public void Others_may_not()
    {
        var daemon = Run("""
            [program:db]
            command=sleep 600
            ready_when=notify
            [program:forger]
            command=sleep 600
            """);
        daemon.WaitForLine("success: forger");
        var address = Environment(daemon.PidOf("db"), "NOTIFY_SOCKET");
        Assert.StartsWith("@", address, StringComparison.Ordinal);
        Child.Run("python3", "-c", $"import socket, time; s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.sendto(b'READY=1', '\\x00{address[1..]}'); time.sleep(.5)");
        daemon.WaitForLine(@"WARN db: a notification of pid \d+, which is none of its processes or is gone already, is passed over");
        Assert.Matches("(?m)^db +STARTING", Ctl(daemon, 0, "status"));
        Assert.Equal("", Environment(daemon.PidOf("forger"), "NOTIFY_SOCKET"));
    }

    [Fact]
    public void It_may_ask_for_more_time_to_start_and_to_stop()
    {
        var daemon = Run("""
            [program:slow]
            command=python3 -c "
                import os, signal, socket, sys, time
                s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.connect('\x00' + os.environ['NOTIFY_SOCKET'][1:])
                def stop(*_): s.send(b'STOPPING=1\nEXTEND_TIMEOUT_USEC=20000000'); time.sleep(3); print('done', flush=True); sys.exit(0)
                signal.signal(signal.SIGTERM, stop)
                s.send(b'EXTEND_TIMEOUT_USEC=20000000'); time.sleep(3); s.send(b'READY=1')
                while True: time.sleep(60)"
            ready_when=notify
            ready_timeout=2
            stopwaitsecs=1
            """);
        daemon.WaitForLine("success: slow");
        Assert.DoesNotContain("is not ready", daemon.Output.ToString(), StringComparison.Ordinal);
        Assert.Equal("slow: stopped\n", Ctl(daemon, 0, "stop", "slow"));
        daemon.WaitForLine("stopped: slow .exit status 0.");
    }

    [Theory]
    [InlineData("for _ in range(4): time.sleep(.3); s.send(b'WATCHDOG=1')", "it has not said WATCHDOG=1 for 1 s")]
    [InlineData("s.send(b'WATCHDOG=trigger')", @"it says so itself \(WATCHDOG=trigger\)")]
    [InlineData("s.send(b'WATCHDOG_USEC=100000')", "it has not said WATCHDOG=1 for 0.1 s")]
    public void One_that_hangs_is_restarted(string life, string reason)
    {
        var daemon = Run($"""
            [program:dog]
            command=python3 -c "
                import os, socket, time
                assert os.environ['WATCHDOG_USEC'] == '1000000'
                s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.connect('\x00' + os.environ['NOTIFY_SOCKET'][1:])
                s.send(b'READY=1')
                {life}
                time.sleep(600)"
            environment=WATCHDOG_USEC="1000000"
            ready_when=notify
            startsecs=0
            """);
        daemon.WaitForLine($"WARN restarting dog: {reason}");
        daemon.WaitForLine("success: dog", times: 2);
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void One_that_hangs_before_startsecs_has_passed_is_restarted_then()
    {
        var daemon = Run("""
            [program:dog]
            command=python3 -c "
                import os, socket, time
                s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.connect('\x00' + os.environ['NOTIFY_SOCKET'][1:])
                s.send(b'WATCHDOG_USEC=100000\nREADY=1')
                time.sleep(600)"
            ready_when=notify
            startsecs=2
            """);
        daemon.WaitForLine("success: dog");
        daemon.WaitForLine("WARN restarting dog: it has not said WATCHDOG=1 for 0.1 s");
    }

    [Fact]
    public void It_speaks_to_us_also_where_we_are_watched_over_ourselves()
    {
        var daemon = Run("[program:db]\ncommand={fixtures}/be-ready notify\nready_when=notify\nenvironment=NOTIFY_SOCKET=\"/nowhere\"\n", new Launch
        {
            Environment = new Dictionary<string, string> { ["NOTIFY_SOCKET"] = "/run/systemd/notify", ["WATCHDOG_PID"] = "1", ["WATCHDOG_USEC"] = "5000000" },
        });
        daemon.WaitForLine(@"success: db entered RUNNING state, it is ready \(notify\)");
        Assert.Equal(("", ""), (Environment(daemon.PidOf("db"), "WATCHDOG_PID"), Environment(daemon.PidOf("db"), "WATCHDOG_USEC")));
    }

    [Fact]
    public void The_descriptor_is_the_only_one_it_has_beside_the_three()
    {
        var daemon = Run("""
            [program:db]
            command=sh -c 'ls /proc/$$/fd >{dir}/fds; echo >&6; exec sleep 600'
            ready_when=fd:6
            user=nobody
            """);
        daemon.WaitForLine("success: db");
        Assert.Equal("0 1 2 6", string.Join(' ', daemon.Read("fds").Split('\n', StringSplitOptions.RemoveEmptyEntries).Order().Except(["10"])));
    }

    [Fact]
    public void A_container_that_is_read_only_and_nobody_s_is_enough_for_notify()
    {
        var daemon = Start(new Launch
        {
            Place = Place.Container,
            EngineOptions = ["--read-only", "--user", "12345", "--cap-drop=ALL"],
            Config = """
                [supervisord]
                [program:db]
                command=perl -MSocket -e 'socket(S, AF_UNIX, SOCK_DGRAM, 0); send(S, "READY=1", 0, pack_sockaddr_un("\0" . substr($ENV{NOTIFY_SOCKET}, 1))) or die; sleep 600'
                ready_when=notify
                """,
        });
        daemon.WaitForLine(@"success: db entered RUNNING state, it is ready \(notify\)");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void Real_users_of_sd_notify_are_understood()
    {
        var (redis, proxy) = (Port.Free(), Port.Free());
        var daemon = Run($$"""
            [program:redis]
            command=redis-server --port {{redis}} --supervised systemd --save "" --dir {dir}
            ready_when=notify
            [program:proxy]
            command=haproxy -Ws -f {dir}/haproxy.cfg
            ready_when=notify
            depends_on=redis
            """, new Launch { Folder = WithProxy(proxy, redis) });
        daemon.WaitForLine(@"success: proxy entered RUNNING state, it is ready \(notify\)");
        Assert.Matches(@"(?m)^redis +RUNNING +pid \d+, uptime \S+, Ready to accept connections$", Ctl(daemon, 0, "status"));
        Assert.Contains("PONG", Child.Run("redis-cli", "-p", proxy.ToString(CultureInfo.InvariantCulture), "ping"), StringComparison.Ordinal);
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    private static string WithProxy(int port, int backend)
    {
        var folder = Daemon.FreshFolder();
        File.WriteAllText(Path.Combine(folder, "haproxy.cfg"), $"""
            defaults
              mode tcp
              timeout connect 5s
              timeout client 5s
              timeout server 5s
            listen redis
              bind 127.0.0.1:{port}
              server one 127.0.0.1:{backend}

            """);
        return folder;
    }

    private static string Environment(int pid, string name) => File.ReadAllText($"/proc/{pid}/environ").Split('\0')
        .FirstOrDefault(entry => entry.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..] ?? "";
}
