using Xunit.Abstractions;

namespace Init.Integration.Harness;

/// <summary>A test class whose daemons have a socket, and are asked by our supervisorctl.</summary>
public abstract class ControlledTest(ITestOutputHelper output) : DaemonTest(output)
{
    private const string Server = """

        [unix_http_server]
        file={dir}/s.sock
        [rpcinterface:supervisor]
        supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
        [supervisorctl]
        serverurl=unix://{dir}/s.sock

        """;

    /// <param name="supervisord">Lines of [supervisord].</param>
    /// <param name="launch">What is special about its start.</param>
    internal Daemon Run(string programs, string supervisord = "", Launch? launch = null) =>
        Start((launch ?? new Launch()) with { Config = "[supervisord]\n" + supervisord + Server + programs });

    /// <summary>What supervisorctl says.</summary>
    /// <param name="exit">The status that it must have; null for any.</param>
    internal static string Ctl(Daemon daemon, int? exit, params string[] words)
    {
        using var run = Child.Start([Implementation.Ours.PathOf("supervisorctl"), "-c", daemon.PathOf("supervisord.conf"), .. words]);
        var ended = run.WaitForExit(TimeSpan.FromSeconds(30));
        if (exit is { } expected && ended != ExitStatus.Exited(expected))
            throw daemon.Failure($"supervisorctl {string.Join(' ', words)}: {ended}, not {expected}\n{run.Output}");
        return string.Concat(run.Output.Lines.Select(line => line + "\n"));
    }
}
