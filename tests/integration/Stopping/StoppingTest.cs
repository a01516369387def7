using System.Globalization;
using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Stopping;

/// <summary>Daemons in any place, and processes of theirs that say their pids in files.</summary>
public abstract class StoppingTest(ITestOutputHelper output) : ControlledTest(output)
{
    internal Daemon Run(string programs, string supervisord, Place place, string program = "init") =>
        Run(programs, supervisord, new Launch { Place = place, Program = program });

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
