using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Control;

/// <summary>A restart whose servers cannot be opened costs servers, never the programs and never the daemon.</summary>
public sealed class RestartTests(ITestOutputHelper output) : DaemonTest(output)
{
    private readonly int _port = Port.Free();

    private Daemon StartWithServer() => Start(new Launch
    {
        Program = "supervisord",
        Arguments = ["-n", "-c", "{dir}/supervisord.conf"],
        Config = Config(_port),
    });

    private static string Config(int port) => string.Create(CultureInfo.InvariantCulture, $$"""
        [supervisord]
        logfile={dir}/s.log
        pidfile={dir}/s.pid
        childlogdir={dir}
        [inet_http_server]
        port=127.0.0.1:{{port}}
        [rpcinterface:supervisor]
        supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
        [program:cat]
        command=/bin/cat
        """);

    private static TcpListener Occupy(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return listener;
    }

    private bool Answers()
    {
        try
        {
            using var wire = new Wire(_port);
            wire.Send("GET /ok.html HTTP/1.1\r\nHost: x\r\n\r\n");
            return wire.Reply(Eventually.Patience).Status == 200;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [Fact]
    public void With_an_address_that_is_taken_the_configuration_of_before_is_used()
    {
        var daemon = StartWithServer();
        daemon.WaitForLine("success: cat");
        var pid = daemon.Pid;
        using var other = Occupy(0);
        File.WriteAllText(
            daemon.PathOf("supervisord.conf"), Config(((IPEndPoint)other.LocalEndpoint).Port).Replace("{dir}", daemon.Folder, StringComparison.Ordinal));
        daemon.Signal(Signum.SIGHUP);
        daemon.WaitForLine("ERRO restarted with the configuration of before: Another program is already listening");
        daemon.WaitForLine("success: cat", times: 2);
        daemon.WaitUntil(Answers, "the server of before answers");
        Assert.Equal(pid, daemon.Pid);
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void With_no_address_left_programs_run_without_a_server()
    {
        var daemon = StartWithServer();
        daemon.WaitForLine("success: cat");
        using var ours = new Wire(_port);
        // Ours is free only between two lives: whoever waits for it gets it then.
        var stop = false;
        TcpListener? taken = null;
        var thief = new Thread(() =>
        {
            while (!Volatile.Read(ref stop) && taken is null)
                try
                {
                    taken = Occupy(_port);
                }
                catch (SocketException)
                {
                    // not yet
                }
        });
        thief.Start();
        try
        {
            for (var lives = 2; Volatile.Read(ref taken) is null; lives++)
            {
                Assert.True(lives < 200, "the port was never to be had");
                daemon.Signal(Signum.SIGHUP);
                daemon.WaitForLine("spawned: 'cat'", times: lives);
            }
            daemon.WaitForLine("CRIT restarted without any HTTP server: Another program is already listening");
            daemon.WaitForLine(@"INFO spawned: 'cat'");
            Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        }
        finally
        {
            Volatile.Write(ref stop, true);
            thief.Join();
            taken?.Stop();
        }
    }
}
