using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Control;

/// <summary>
/// The sockets of fcgi-programs when something is in their way, of which Supervisor dies (E-068), and when the configuration changes.
/// What both do alike is in scenarios/fcgi.
/// </summary>
public sealed class FastCgiTests(ITestOutputHelper output) : DaemonTest(output)
{
    private const string Head = """
        [supervisord]
        logfile={dir}/s.log
        pidfile={dir}/s.pid
        childlogdir={dir}
        [unix_http_server]
        file={dir}/s.sock
        [supervisorctl]
        serverurl=unix://{dir}/s.sock
        [rpcinterface:supervisor]
        supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
        [program:witness]
        command=sleep 600

        """;

    private Daemon StartWith(string programs) => Start(new Launch
    {
        Program = "supervisord",
        Arguments = ["-n", "-c", "{dir}/supervisord.conf"],
        Config = Head + programs,
    });

    private static string Program(string socket, string options = "", string name = "f") =>
        $"[fcgi-program:{name}]\ncommand={{fixtures}}/answer\nsocket={socket}\n{options}\n";

    private static void Rewrite(Daemon daemon, string programs) => File.WriteAllText(
        daemon.PathOf("supervisord.conf"), (Head + programs).Replace("{dir}", daemon.Folder).Replace("{fixtures}", Repository.Fixtures));

    private static string Tcp(int port) => FormattableString.Invariant($"tcp://127.0.0.1:{port}");

    private static (TcpListener Listener, int Port) Occupy(int port = 0)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return (listener, ((IPEndPoint)listener.LocalEndpoint).Port);
    }

    /// <summary>What is answered, or the error's name.</summary>
    private static string Ask(EndPoint where)
    {
        try
        {
            using var socket = new Socket(where.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(where);
            var buffer = new byte[200];
            return Encoding.ASCII.GetString(buffer, 0, socket.Receive(buffer));
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode.ToString();
        }
    }

    private static string Ask(int port) => Ask(new IPEndPoint(IPAddress.Loopback, port));

    private static string Ask(Daemon daemon, string path) => Ask(new UnixDomainSocketEndPoint(daemon.PathOf(path)));

    private static string Ctl(Daemon daemon, params string[] words)
    {
        using var ctl = Child.Start([Implementation.Ours.PathOf("supervisorctl"), "-c", daemon.PathOf("supervisord.conf"), .. words]);
        Assert.NotNull(ctl.WaitForExit(Eventually.Patience));
        return ctl.Output.ToString().Trim();
    }

    private static void WaitForStatus(Daemon daemon, string pattern) =>
        daemon.WaitUntil(() => Regex.IsMatch(Ctl(daemon, "status"), pattern, RegexOptions.Multiline), "in the status: " + pattern);

    [Fact]
    public void A_name_is_an_IPv4_address_and_one_in_brackets_an_IPv6_address() // E-066, of which the second is ours
    {
        int four = Port.Free(), six = Port.Free();
        var daemon = StartWith(Program($"tcp://LOCALHOST:{four}", name: "four") + Program($"tcp://[::1]:{six}", name: "six"));
        daemon.WaitForLine("success: four");
        daemon.WaitForLine("success: six");
        daemon.WaitForLine($"INFO Creating socket tcp://localhost:{four}$"); // E-063
        Assert.StartsWith("IPv4 four", Ask(four));
        Assert.Equal("ConnectionRefused", Ask(new IPEndPoint(IPAddress.IPv6Loopback, four)));
        Assert.StartsWith("IPv6 six", Ask(new IPEndPoint(IPAddress.IPv6Loopback, six)));
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void A_port_can_be_had_again_at_once()
    {
        var port = Port.Free();
        var daemon = StartWith(Program(Tcp(port)));
        for (var n = 1; n <= 3; n++)
        {
            daemon.WaitForLine("success: f", n);
            // Closed by the program first, a connection stays in TIME_WAIT.
            Assert.StartsWith("IPv4 f", Ask(port));
            daemon.Kill("f", Signum.SIGKILL);
        }

        daemon.WaitForLine("success: f", 4);
        Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains("spawnerr", StringComparison.Ordinal));
    }

    [Fact]
    public void At_the_start_an_address_that_is_taken_is_one_line_and_status_2() // E-068
    {
        var (other, port) = Occupy();
        using (other)
        {
            var daemon = StartWith(Program(Tcp(port)));
            Assert.Equal(ExitStatus.Exited(2), daemon.WaitForExit());
            Assert.Equal(
                $"Error: Could not create FastCGI socket {Tcp(port)} ([fcgi-program:f] socket): [Errno 98] Address already in use",
                daemon.Error.Lines[0]);
            Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains("spawned", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_file_in_the_place_of_the_socket_is_kept() // unlike E-065
    {
        var folder = Daemon.FreshFolder();
        File.WriteAllText(Path.Combine(folder, "precious"), "data");
        var daemon = Start(new Launch { Folder = folder, Config = Head + Program("unix://{dir}/precious") });
        Assert.Equal(ExitStatus.Exited(2), daemon.WaitForExit());
        daemon.WaitForErrorLine(@"FastCGI socket unix://\S+/precious \(\[fcgi-program:f\] socket\): \S+/precious exists and is not a socket$");
        Assert.Equal("data", daemon.Read("precious"));
    }

    [Fact]
    public void An_owner_that_cannot_be_given_removes_the_path_again() // E-067
    {
        var daemon = Start(new Launch
        {
            Wrapper = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"],
            Config = Head + Program("unix://{dir}/f.sock", "socket_owner=root"),
        });
        Assert.Equal(ExitStatus.Exited(2), daemon.WaitForExit());
        daemon.WaitForErrorLine(
            @"\(\[fcgi-program:f\] socket\): Could not change ownership of socket file: \[Errno 1\] Operation not permitted: '\S+/f.sock'$");
        Assert.False(File.Exists(daemon.PathOf("f.sock")));
    }

    [Fact]
    public void A_group_whose_address_is_taken_is_a_fault_and_can_be_added_later() // E-068
    {
        var daemon = StartWith("");
        daemon.WaitForLine("success: witness");
        var (other, port) = Occupy();
        using (other)
        {
            Rewrite(daemon, Program(Tcp(port)));
            Assert.Equal("f: available", Ctl(daemon, "reread"));
            Assert.Contains("FAILED: Could not create FastCGI socket", Ctl(daemon, "add", "f"), StringComparison.Ordinal);
            Assert.DoesNotMatch("(?m)^f ", Ctl(daemon, "status"));
        }

        Assert.Equal("f: added process group", Ctl(daemon, "add", "f"));
        WaitForStatus(daemon, "^f +RUNNING");
        Assert.StartsWith("IPv4 f", Ask(port));
    }

    [Fact]
    public void A_start_whose_address_is_taken_is_a_spawn_error_and_is_tried_again() // E-068
    {
        var port = Port.Free();
        var daemon = StartWith(Program(Tcp(port), "autostart=false\nstartretries=20"));
        daemon.WaitForLine("success: witness");
        using (Occupy(port).Listener)
        {
            Assert.Equal("f: ERROR (spawn error)", Ctl(daemon, "start", "f"));
            WaitForStatus(daemon, @"^f +BACKOFF +Could not create FastCGI socket \S+ \(\[fcgi-program:f\] socket\): \[Errno 98\] Address already in use$");
        }

        WaitForStatus(daemon, "^f +RUNNING");
        Assert.StartsWith("IPv4 f", Ask(port));
    }

    [Fact]
    public void A_restart_that_cannot_have_the_address_is_tried_again_and_costs_nobody_else_anything() // E-068
    {
        var daemon = StartWith(Program("unix://{dir}/f.sock", "startretries=20"));
        daemon.WaitForLine("success: f");
        File.Delete(daemon.PathOf("f.sock"));
        Directory.CreateDirectory(daemon.PathOf("f.sock"));
        daemon.Kill("f", Signum.SIGKILL);
        daemon.WaitForLine("INFO spawnerr: Could not create FastCGI socket .*f.sock exists and is not a socket$");
        WaitForStatus(daemon, "^f +BACKOFF +Could not create FastCGI socket");
        WaitForStatus(daemon, "^witness +RUNNING");
        Directory.Delete(daemon.PathOf("f.sock"));
        daemon.WaitForLine("success: f", 2);
        Assert.StartsWith("unix f", Ask(daemon, "f.sock"));
        Assert.Single(daemon.Output.Lines, line => line.Contains("spawned: 'witness'", StringComparison.Ordinal));
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void Restarts_of_the_daemon_do_not_collide_with_themselves()
    {
        var port = Port.Free();
        var programs = Program(Tcp(port), "numprocs=3\nprocess_name=f_%(process_num)d") + Program("unix://{dir}/u.sock", name: "u");
        var daemon = StartWith(programs);
        for (var lives = 1; lives <= 4; lives++)
        {
            daemon.WaitForLine("success: f_2", lives);
            daemon.WaitForLine("success: u", lives);
            Assert.StartsWith("IPv4 f", Ask(port));
            Assert.StartsWith("unix u", Ask(daemon, "u.sock"));
            daemon.Signal(Signum.SIGHUP);
        }

        daemon.WaitForLine("success: f_2", 5);
        Assert.DoesNotContain(daemon.Output.Lines, line => Regex.IsMatch(line, "ERRO|CRIT(?!.*(running as root|without any HTTP))|spawnerr"));
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void A_restart_with_an_address_that_is_taken_falls_back_to_the_configuration_of_before()
    {
        var daemon = StartWith(Program("unix://{dir}/f.sock"));
        daemon.WaitForLine("success: f");
        var (other, port) = Occupy();
        using (other)
        {
            Rewrite(daemon, Program("unix://{dir}/f.sock") + Program(Tcp(port), name: "new"));
            daemon.Signal(Signum.SIGHUP);
            daemon.WaitForLine("ERRO restarted with the configuration of before: Could not create FastCGI socket .* Address already in use$");
            daemon.WaitForLine("success: f", 2);
            Assert.StartsWith("unix f", Ask(daemon, "f.sock"));
            Assert.DoesNotMatch("(?m)^new ", Ctl(daemon, "status"));
        }

        daemon.Signal(Signum.SIGHUP);
        daemon.WaitForLine("success: new");
        Assert.StartsWith("IPv4 new", Ask(port));
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void A_descendant_that_still_has_the_socket_of_the_life_before_does_not_undo_a_restart()
    {
        var port = Port.Free();
        var holding = Program(Tcp(port), "startretries=20")
            .Replace("command=", "command=perl -e 'exec @ARGV if fork; setpgrp; select undef, undef, undef, .05 until -e q({dir}/go)' ");
        var daemon = StartWith(holding);
        daemon.WaitForLine("success: f");
        Rewrite(daemon, Program(Tcp(port), "startretries=20\nstdout_logfile=NONE\n[program:new]\ncommand=sleep 600"));
        daemon.Signal(Signum.SIGHUP);
        daemon.WaitForLine("ERRO Could not create FastCGI socket .* Address already in use$");
        daemon.WaitForLine("success: new");
        daemon.WaitForLine("INFO spawnerr: Could not create FastCGI socket .* Address already in use$");
        File.WriteAllText(daemon.PathOf("go"), "");
        daemon.WaitForLine("success: f", 2);
        Assert.StartsWith("IPv4 f", Ask(port));
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void In_a_group_of_programs_those_with_one_address_share_a_socket() // unlike C-227
    {
        var daemon = StartWith("""
            [group:g]
            programs=one,two,plain
            [program:plain]
            command=cat

            """ + Program("unix://{dir}/g.sock", name: "one") + Program("unix://{dir}/g.sock", name: "two"));
        daemon.WaitForLine("success: plain");
        daemon.WaitForLine("success: two");
        Assert.Equal(
            ["Creating", "Closing", "Creating"],
            daemon.Output.Lines.Select(line => Regex.Match(line, "(C[a-z]+) socket unix://.*/g.sock$")).Where(match => match.Success).Select(match => match.Groups[1].Value));
        Assert.Equal("g:one: stopped", Ctl(daemon, "stop", "g:one"));
        Assert.StartsWith("unix g", Ask(daemon, "g.sock"));
        Assert.Equal("g:two: stopped", Ctl(daemon, "stop", "g:two"));
        Assert.Equal("ConnectionRefused", Ask(daemon, "g.sock"));
        WaitForStatus(daemon, "^g:plain +RUNNING");
    }

    [Fact]
    public void Another_address_makes_update_move_it()
    {
        int first = Port.Free(), second = Port.Free();
        var daemon = StartWith(Program(Tcp(first)));
        daemon.WaitForLine("success: f");
        Assert.Equal("", Ctl(daemon, "update"));
        Rewrite(daemon, Program(Tcp(second)));
        Assert.Equal("f: stopped\nf: updated process group", Ctl(daemon, "update"));
        daemon.WaitForLine("success: f", 2);
        Assert.Equal("ConnectionRefused", Ask(first));
        Assert.StartsWith("IPv4 f", Ask(second));
    }
}
