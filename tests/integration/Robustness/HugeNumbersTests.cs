using System.Globalization;
using Init.Integration.Control;
using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Robustness;

/// <summary>A number from a file, a program or a client is bounded before it is used: nothing is as large, and takes as long, as it says.</summary>
public sealed class HugeNumbersTests(ITestOutputHelper output) : DaemonTest(output)
{
    private const string Most = "2147483647";

    private static readonly string[] _numbers = ["-9223372036854775808", "9223372036854775807", "-2147483648", Most, "99999999999999999999"];

    [Fact]
    public void Supervision_goes_on_in_little_memory_whatever_numbers_say()
    {
        var daemon = Start(new Launch
        {
            Program = "supervisord",
            Arguments = ["-n", "-c", "{dir}/supervisord.conf"],
            Config = $$"""
                [supervisord]
                logfile={dir}/s.log
                logfile_maxbytes=1000
                logfile_backups={{Most}}
                log_ring={{Most}}
                stop_budget=5
                [unix_http_server]
                file={dir}/s.sock
                [rpcinterface:supervisor]
                supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
                [program:writes]
                command=sh -c 'while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; sleep 0.01; done'
                stdout_logfile={dir}/writes.log
                stdout_logfile_maxbytes=1000
                stdout_logfile_backups={{Most}}
                stdout_capture_maxbytes={{Most}}
                stopwaitsecs={{Most}}
                startretries={{Most}}
                priority={{Most}}
                [program:waits]
                command=sleep 600
                environment=WATCHDOG_USEC="18446744073709551615"
                startsecs={{Most}}
                memory_max=9223372036854775807
                priority=-{{Most}}
                [program:captured]
                command=sh -c 'printf "<!--XSUPERVISOR:BEGIN-->"; head -c 20000000 /dev/zero | tr "\\000" x; exec sleep 600'
                stdout_capture_maxbytes=1000
                stdout_logfile=NONE
                [eventlistener:promises]
                command=sh -c 'echo READY; read line; printf "RESULT 2000000000\\n"; head -c 20000000 /dev/zero; exec sleep 600'
                events=PROCESS_STATE
                buffer_size={{Most}}
                [eventlistener:overdoes]
                command=sh -c 'echo READY; read line; printf "RESULT 99999999999999999999999999\\n"; exec sleep 600'
                events=PROCESS_STATE
                buffer_size={{Most}}
                """,
        });
        daemon.WaitForLine("success: writes entered RUNNING");
        daemon.WaitUntil(() => File.Exists(daemon.PathOf("writes.log.3")), "three backups");
        foreach (var method in new[] { "readProcessStdoutLog", "tailProcessStdoutLog" })
            foreach (var offset in _numbers)
                foreach (var length in _numbers)
                    Assert.InRange(Call("supervisor." + method, "<string>writes</string>", $"<int>{offset}</int>", $"<int>{length}</int>"), 200, 400);
        foreach (var number in _numbers)
        {
            Assert.InRange(Call("supervisor.signalProcess", "<string>writes</string>", $"<int>{number}</int>"), 200, 400);
            Assert.Equal(200, Get($"/tail.html?processname=writes&limit={number}"));
        }
        var memory = int.Parse(new ProcessEntry(daemon.Pid).Field("VmHWM:").Split(' ')[0], CultureInfo.InvariantCulture);
        Assert.InRange(memory, 0, 150_000);
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop(TimeSpan.FromSeconds(20)));

        int Call(string method, params string[] values)
        {
            var body = $"<methodCall><methodName>{method}</methodName><params>{string.Concat(values.Select(value => $"<param><value>{value}</value></param>"))}</params></methodCall>";
            return Ask($"POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        }

        int Get(string path) => Ask($"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");

        int Ask(string request)
        {
            using var wire = new Wire(daemon.PathOf("s.sock"));
            wire.Send(request);
            return wire.Reply(Eventually.Patience).Status;
        }
    }
}
