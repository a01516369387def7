using Init.Integration.Harness;
using Xunit.Abstractions;

namespace Init.Integration.Health;

/// <summary>A daemon with programs that have healthchecks, and a supervisorctl that asks how they are.</summary>
public abstract class HealthCase(ITestOutputHelper output) : DaemonTest(output)
{
    private const string Head = """
        [unix_http_server]
        file={dir}/s.sock
        username=joe
        password=secret
        [rpcinterface:supervisor]
        supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
        [supervisorctl]
        serverurl=unix://{dir}/s.sock
        username=joe
        password=secret

        """;

    private protected Daemon Run(string programs, string supervisord = "", Implementation implementation = Implementation.Ours)
    {
        var head = $"[supervisord]\n{supervisord}\n{Head}";
        return implementation == Implementation.Ours
            ? Start(new Launch { Config = head + programs })
            : Start(new Launch
            {
                Implementation = implementation,
                Program = "supervisord",
                Arguments = ["-n", "-c", "{dir}/supervisord.conf"],
                Config = $"[supervisord]\nlogfile={{dir}}/s.log\npidfile={{dir}}/s.pid\nchildlogdir={{dir}}\n{Head}{programs}",
            });
    }

    /// <summary>A program that is asked once a second, and unhealthy after one failure.</summary>
    private protected static string Asked(string name, string healthcheck, string more = "") =>
        $"[program:{name}]\ncommand=sleep 600\nstartsecs=0\nhealthcheck={healthcheck}\nhealthcheck_interval=1\nhealthcheck_retries=1\n{more}\n";

    /// <summary>What it says, after the exit status that it must have.</summary>
    private protected static string Ctl(Daemon daemon, int exit, params string[] words)
    {
        var (status, said) = Ctl(daemon, words);
        return status == exit ? said : throw daemon.Failure($"{string.Join(' ', words)}: exit status {status}\n{said}");
    }

    private protected static (int Status, string Said) Ctl(Daemon daemon, params string[] words)
    {
        using var run = Child.Start([Implementation.Ours.PathOf("supervisorctl"), "-c", daemon.PathOf("supervisord.conf"), .. words]);
        var ended = run.WaitForExit(TimeSpan.FromSeconds(30)) ?? throw daemon.Failure("supervisorctl has not ended");
        return (ended.Code, string.Concat(run.Output.Lines.Select(line => line + "\n")));
    }
}
