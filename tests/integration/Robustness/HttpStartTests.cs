using System.Globalization;
using System.Net.Sockets;
using Init.Integration.Control;
using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Robustness;

/// <summary>An HTTP server that cannot be started: clients are refused and do not wait, and it comes by itself when it can.</summary>
public sealed class HttpStartTests(ITestOutputHelper output) : DaemonTest(output)
{
    [Fact]
    public void Without_descriptors_no_socket_is_left_that_nobody_answers_and_the_server_comes_when_there_are_some()
    {
        var failed = 0;
        foreach (var limit in Enumerable.Range(8, 12))
        {
            var port = Port.Free();
            var daemon = Start(new Launch
            {
                Program = "supervisord",
                Arguments = ["-n", "-c", "{dir}/supervisord.conf"],
                Wrapper = ["prlimit", $"--nofile={limit}:1024"],
                Config = $$"""
                    [supervisord]
                    minfds={{limit}}
                    [unix_http_server]
                    file={dir}/s.sock
                    [inet_http_server]
                    port=127.0.0.1:{{port}}
                    [program:a]
                    command=sleep 600
                    autostart=false
                    """,
            });
            daemon.WaitUntil(
                () => daemon.Child.HasExited || daemon.Output.ToString().Contains("no HTTP server", StringComparison.Ordinal) || Answers(port),
                "a server, or why there is none");
            if (daemon.Child.HasExited)
                continue; // not even the sockets could be opened
            if (daemon.Output.ToString().Contains("no HTTP server", StringComparison.Ordinal))
            {
                failed++;
                Assert.ThrowsAny<SocketException>(() => new Wire(daemon.PathOf("s.sock")).Dispose());
                Assert.ThrowsAny<SocketException>(() => new Wire(port).Dispose());
                using var raised = Child.Start(["prlimit", $"--pid={daemon.Pid.ToString(CultureInfo.InvariantCulture)}", "--nofile=1024:1024"], Streams.Pipes, daemon.Folder, Child.PlainEnvironment());
                raised.WaitForExit(Eventually.Patience);
                daemon.WaitForLine("HTTP servers started after all");
            }
            Assert.True(Answers(port));
            using (var wire = new Wire(daemon.PathOf("s.sock")))
            {
                wire.Send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
                Assert.Equal(200, wire.Reply(Eventually.Patience).Status);
            }
            Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        }
        Assert.True(failed > 0, "no limit was low enough");
    }

    private static bool Answers(int port)
    {
        try
        {
            using var wire = new Wire(port);
            wire.Send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
            return wire.Reply(TimeSpan.FromSeconds(2)).Status == 200;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
