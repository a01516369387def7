using System.Globalization;
using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Stopping;

/// <summary>Daemons that are asked by supervisorctl, and processes of theirs that say their pids in files.</summary>
public abstract class StoppingTest(ITestOutputHelper output) : DaemonTest(output)
{
    private const string Server = """

        [unix_http_server]
        file={dir}/s.sock
        [rpcinterface:supervisor]
        supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
        [supervisorctl]
        serverurl=unix://{dir}/s.sock

        """;

    internal Daemon Run(string programs, string supervisord = "", Place place = Place.Process, string program = "init") => Start(new Launch
    {
        Place = place,
        Program = program,
        Config = "[supervisord]\n" + supervisord + Server + programs,
    });

    internal static string Ctl(Daemon daemon, int? exit, params string[] words)
    {
        using var run = Child.Start([Implementation.Ours.PathOf("supervisorctl"), "-c", daemon.PathOf("supervisord.conf"), .. words]);
        var ended = run.WaitForExit(TimeSpan.FromSeconds(30));
        if (exit is { } expected)
            Assert.Equal(ExitStatus.Exited(expected), ended);
        return string.Concat(run.Output.Lines.Select(line => line + "\n"));
    }

    /// <summary>The pid that a process has written to a file, as this test sees it.</summary>
    internal static int PidIn(Daemon daemon, string file)
    {
        daemon.WaitUntil(() => daemon.Read(file).EndsWith('\n'), $"{file} is written");
        return daemon.FromInside(int.Parse(daemon.Read(file), CultureInfo.InvariantCulture));
    }

    /// <summary>Zombies are none that live.</summary>
    internal static bool Lives(int pid) => new ProcessEntry(pid).State is not ("" or "Z" or "X");

    internal static void Kill(int pid, Signum signal) => Assert.Equal(0, Posix.kill(pid, (int)signal));
}
