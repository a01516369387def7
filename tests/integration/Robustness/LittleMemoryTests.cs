using System.Globalization;
using System.Text;
using Init.Integration.Control;
using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Robustness;

/// <summary>In a container with little memory PID 1 answers what fits, refuses the rest in words, and does not die of who asks.</summary>
public sealed class LittleMemoryTests(ITestOutputHelper output) : ControlledTest(output)
{
    private const int Clients = 6;

    public static TheoryData<int> Megabytes => [32, 64];

    [Theory]
    [MemberData(nameof(Megabytes))]
    public void A_log_that_fits_is_answered_whole_and_one_that_does_not_is_a_fault(int megabytes)
    {
        var daemon = RunIn(megabytes);
        var fits = WriteLog(daemon, "fits.log", megabytes * 1024 * 1024 / 32 - 1000);
        WriteLog(daemon, "large.log", 15_000_000);
        Together(daemon, () =>
        {
            for (var round = 0; round < 8; round++)
            {
                Assert.Contains($"<string>{fits}</string>", Ask(daemon, Call("supervisor.readProcessLog", "fits", 0, 0)), StringComparison.Ordinal);
                Assert.Matches("faultCode.*\n.*<int>30</int>(.|\n)*ask for parts", Ask(daemon, Call("supervisor.readProcessLog", "large", 0, 0)));
                Assert.Contains($"<string>{fits}</string>", Ask(daemon, Call("supervisor.readProcessLog", "large", 1_000_000, fits.Length)), StringComparison.Ordinal);
            }
        });
        AssertEndsInOrder(daemon);
    }

    [Theory]
    [MemberData(nameof(Megabytes))]
    public void Many_calls_in_one_are_answered_as_far_as_there_is_memory(int megabytes)
    {
        var daemon = RunIn(megabytes);
        var calls = string.Concat(Enumerable.Repeat("<value><struct><member><name>methodName</name><value>supervisor.getAllProcessInfo</value></member></struct></value>", 1500));
        Together(daemon, () =>
        {
            for (var round = 0; round < 5; round++)
            {
                var answer = Ask(daemon, $"<methodCall><methodName>system.multicall</methodName><params><param><value><array><data>{calls}</data></array></value></param></params></methodCall>");
                Assert.Contains("<name>statename</name>", answer, StringComparison.Ordinal);
                Assert.EndsWith("</methodResponse>\n", answer, StringComparison.Ordinal);
            }
        });
        AssertEndsInOrder(daemon);
    }

    [Theory]
    [MemberData(nameof(Megabytes))]
    public void Large_calls_and_text_that_no_program_reads_are_refused_in_time(int megabytes)
    {
        var daemon = RunIn(megabytes);
        var (text, manyValues) = (new string('x', 200_000), string.Concat(Enumerable.Repeat("<value/>", 25_000)));
        var refused = 0;
        Together(daemon, () =>
        {
            for (var round = 0; round < 8; round++)
            {
                if (Ask(daemon, Call("supervisor.sendProcessStdin", "fits", text)).Contains("does not read its stdin", StringComparison.Ordinal))
                    Interlocked.Increment(ref refused);
                Ask(daemon, $"<methodCall><methodName>x</methodName><params><param><value><array><data>{manyValues}</data></array></value></param></params></methodCall>");
                using var wire = new Wire(daemon.PathOf("s.sock"));
                wire.Send("POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n\r\n");
                Assert.Equal(413, wire.Reply(Eventually.Patience).Status);
            }
        });
        Assert.InRange(refused, 1, int.MaxValue);
        AssertEndsInOrder(daemon);
    }

    private Daemon RunIn(int megabytes)
    {
        var daemon = Run("""
            [program:fits]
            command=sleep 600
            stdout_logfile={dir}/fits.log
            stdout_logfile_maxbytes=0
            [program:large]
            command=sleep 600
            stdout_logfile={dir}/large.log
            stdout_logfile_maxbytes=0
            [program:chatty]
            command=sh -c "while :; do head -c 100000 /dev/zero | tr '\\0' y; echo; sleep 0.1; done"
            numprocs=3
            process_name=chatty%(process_num)d
            stdout_logfile=NONE
            """, launch: new Launch
        {
            Place = Place.Container,
            EngineOptions = ["--memory", $"{megabytes}m", "--memory-swap", $"{megabytes}m"],
        });
        daemon.WaitForLine("success: large");
        daemon.WaitUntil(() => File.Exists(daemon.PathOf("s.sock")), "the server is up");
        return daemon;
    }

    private static string WriteLog(Daemon daemon, string name, int size)
    {
        var line = new string('x', 99) + "\n";
        var log = string.Concat(Enumerable.Repeat(line, size / line.Length));
        File.WriteAllText(daemon.PathOf(name), log);
        return log;
    }

    /// <summary>Several clients at once; meanwhile a small call is answered at once.</summary>
    private static void Together(Daemon daemon, Action ask)
    {
        var clients = Enumerable.Range(0, Clients).Select(_ => Task.Factory.StartNew(ask, TaskCreationOptions.LongRunning)).ToArray();
        while (!Task.WaitAll(clients, TimeSpan.FromMilliseconds(20)))
        {
            var begin = Environment.TickCount64;
            Assert.Contains("RUNNING", Ask(daemon, Call("supervisor.getState")), StringComparison.Ordinal);
            Assert.InRange(Environment.TickCount64 - begin, 0, 5000);
        }
    }

    private static void AssertEndsInOrder(Daemon daemon)
    {
        Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains("OutOfMemory", StringComparison.Ordinal));
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    private static string Call(string method, params object[] parameters)
    {
        var values = string.Concat(parameters.Select(value => value is int
            ? string.Create(CultureInfo.InvariantCulture, $"<param><value><int>{value}</int></value></param>")
            : $"<param><value><string>{value}</string></value></param>"));
        return $"<methodCall><methodName>{method}</methodName><params>{values}</params></methodCall>";
    }

    /// <summary>The body of the answer, which is an answer.</summary>
    private static string Ask(Daemon daemon, string call)
    {
        using var wire = new Wire(daemon.PathOf("s.sock"));
        wire.Send(Encoding.UTF8.GetBytes($"POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: {call.Length}\r\n\r\n{call}"));
        var reply = wire.Reply(Eventually.Patience);
        if (reply.Status != 200)
            throw daemon.Failure($"{reply.Status} to {call[..Math.Min(call.Length, 100)]}: {reply.Body}");
        return reply.Body;
    }
}
