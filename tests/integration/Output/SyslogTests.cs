using System.Net.Sockets;
using System.Text;
using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Output;

/// <summary>syslog, received where a system's daemon would: at /dev/log of a container.</summary>
public sealed class SyslogTests(ITestOutputHelper output) : DaemonTest(output)
{
    [Fact]
    public void Lines_and_the_activity_log_reach_syslog()
    {
        var folder = Daemon.FreshFolder();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(folder + "/log"));
        socket.ReceiveTimeout = (int)Eventually.Patience.TotalMilliseconds;
        var daemon = Start(new Launch
        {
            Program = "supervisord",
            Place = Place.Container,
            Folder = folder,
            EngineOptions = ["--volume", "{dir}/log:/dev/log"],
            Config = """
                [supervisord]
                nodaemon=true
                logfile=syslog
                pidfile={dir}/supervisord.pid
                [program:x]
                command=sh -c "sleep 0.2; printf 'a\n\nb\n'; exec sleep 600"
                stdout_logfile=NONE
                stdout_syslog=true
                """,
        });
        var received = new List<string>();
        var buffer = new byte[4096];
        // L-141..L-143
        while (!received.Exists(text => text.Contains("supervisord: x b", StringComparison.Ordinal)))
            received.Add(Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer)).TrimEnd('\0'));
        Assert.Contains(received, text => System.Text.RegularExpressions.Regex.IsMatch(text, @"^<14>... [ \d]\d \d\d:\d\d:\d\d supervisord: x a$"));
        Assert.Contains(received, text => System.Text.RegularExpressions.Regex.IsMatch(text, @"supervisord: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO spawned: 'x' with pid \d+\n?$"));
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }
}
