using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Seeing;

/// <summary>/metrics of the binary; its form is the unit tests'.</summary>
public sealed class MetricsTests(ITestOutputHelper output) : DaemonTest(output)
{
    private readonly ITestOutputHelper _output = output;

    [Fact]
    public async Task It_tells_of_programs_to_who_has_the_login()
    {
        var (daemon, client) = Run("""
            [program:one]
            command=sh -c 'sleep 600 & sleep 600'
            startsecs=0
            [program:two]
            command=sh -c 'exit 3'
            startsecs=0
            autorestart=false
            """, "username=joe\npassword=secret");
        using (client)
        {
            daemon.WaitForLine("success: one");
            daemon.WaitForLine("exited: two");
            Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("metrics")).StatusCode);
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes("joe:secret")));
            var text = "";
            Assert.True(Eventually.Holds(() => (text = client.GetStringAsync("metrics").Result).Contains("\ninit_processes{name=\"one\",group=\"one\"} 3\n", StringComparison.Ordinal)), text);
            Assert.Contains("\nnode_supervisord_state{name=\"one\",group=\"one\"} 20\n", text, StringComparison.Ordinal);
            Assert.Contains("\nnode_supervisord_state{name=\"two\",group=\"two\"} 100\n", text, StringComparison.Ordinal);
            Assert.Contains("\nnode_supervisord_exit_status{name=\"two\",group=\"two\"} 3\n", text, StringComparison.Ordinal);
            Assert.Contains("\ninit_resident_memory_bytes{name=\"one\",group=\"one\"} ", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_thousand_programs_are_told_quickly()
    {
        var (daemon, client) = Run("""
            [program:many]
            command=sleep 600
            process_name=many_%(process_num)04d
            numprocs=1000
            startsecs=0
            stdout_logfile=NONE
            stderr_logfile=NONE
            """, "");
        using (client)
        {
            daemon.WaitForLine("success: many_0999");
            var times = new List<double>();
            for (var n = 0; n < 5; n++)
            {
                var watch = Stopwatch.StartNew();
                var text = await client.GetStringAsync("metrics");
                times.Add(watch.Elapsed.TotalMilliseconds);
                Assert.Contains("\nnode_supervisord_up{name=\"many_0999\",group=\"many\"} 1\n", text, StringComparison.Ordinal);
            }
            // The first reads /proc, those within a second after it share what it has read.
            _output.WriteLine(string.Join(" ", times.Select(time => time.ToString("0.0 ms", CultureInfo.InvariantCulture))));
            Assert.True(times.Min() < 40, $"{times.Min()} ms");
        }
    }

    [Fact]
    public void CPU_time_never_goes_back()
    {
        // The first run ends with a child that nobody has waited for, and that has used nearly all.
        var (daemon, client) = Run("""
            [program:burns]
            command=perl -e 'if (-e "again") { sleep 600 } if ($p = fork) { select undef, undef, undef, .05 until -e "go"; kill 9, $p; open F, ">", "again"; exit 0 } 1 while 1'
            directory={dir}
            autorestart=true
            startsecs=0
            """, "");
        using (client)
        {
            daemon.WaitForLine("spawned: 'burns'");
            daemon.WaitUntil(() => Cpu() > 0.5, "it has used half a second");
            var before = Cpu();
            File.WriteAllText(daemon.PathOf("go"), "");
            daemon.WaitForLine("spawned: 'burns'", 2);
            Assert.InRange(Cpu(), before, double.MaxValue);
            daemon.WaitUntil(() => client.GetStringAsync("metrics").Result.Contains("\ninit_processes{name=\"burns\",group=\"burns\"} 1\n", StringComparison.Ordinal), "the next run is looked at");
            Assert.InRange(Cpu(), before, double.MaxValue);
        }

        double Cpu() => double.Parse(
            Regex.Match(client.GetStringAsync("metrics").Result, "\ninit_cpu_seconds_total{name=\"burns\",group=\"burns\"} (.*)").Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private (Daemon Daemon, HttpClient Client) Run(string programs, string login)
    {
        var port = Port.Free();
        var daemon = Start(new Launch
        {
            Program = "supervisord",
            Arguments = ["-n", "-c", "{dir}/supervisord.conf"],
            Config = $"[inet_http_server]\nport=127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}\n{login}\n{WhyTests.Head}{programs}",
        });
        return (daemon, new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}/") });
    }
}
