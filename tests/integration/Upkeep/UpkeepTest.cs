using System.Globalization;
using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Upkeep;

/// <summary>A daemon that is asked how its programs are.</summary>
public abstract class UpkeepTest(ITestOutputHelper output) : DaemonTest(output)
{
    private const string Head = """
        [unix_http_server]
        file={dir}/s.sock
        [rpcinterface:supervisor]
        supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
        [supervisorctl]
        serverurl=unix://{dir}/s.sock
        [supervisord]

        """;

    /// <param name="setting">A line of [supervisord].</param>
    private protected Daemon Run(string programs, string setting = "", (string Name, string Value)? environment = null) => Start(new Launch
    {
        Config = $"{Head}{setting}\n{programs}",
        Environment = environment is { } variable ? new Dictionary<string, string> { [variable.Name] = variable.Value } : [],
    });

    private protected static string Ctl(Daemon daemon, int? exit, params string[] words)
    {
        using var run = Child.Start([Implementation.Ours.PathOf("supervisorctl"), "-c", daemon.PathOf("supervisord.conf"), .. words]);
        var ended = run.WaitForExit(TimeSpan.FromSeconds(30));
        if (exit is { } expected)
            Assert.Equal(ExitStatus.Exited(expected), ended);
        return string.Concat(run.Output.Lines.Select(line => line + "\n"));
    }

    /// <summary>When the lines with a text were logged.</summary>
    private protected static List<TimeSpan> Times(Daemon daemon, string text) =>
    [
        .. daemon.Output.Lines.Where(line => line.Contains(text, StringComparison.Ordinal))
            .Select(line => TimeSpan.ParseExact(line[11..23], @"hh\:mm\:ss\,fff", CultureInfo.InvariantCulture)),
    ];
}
