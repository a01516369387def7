using System.Text.RegularExpressions;
using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Control;

/// <summary>
/// Supervisor's own end-to-end tests, as Debian's package has them, on our binaries. One at a time, as the tests of a class are: they
/// name files of /tmp. On Debian's binaries they all pass too: tests/integration/supervisor/end-to-end /usr/bin
/// </summary>
public sealed partial class SupervisorsOwnTests(ITestOutputHelper output) : DaemonTest(output)
{
    private const string Listener = "an event listener, which this version does not run";

    /// <summary>Those that cannot pass yet, and what they wait for.</summary>
    private static readonly Dictionary<string, string> _awaited = new()
    {
        ["test_issue_663"] = Listener, // TICK_5
        ["test_issue_733"] = Listener, // PROCESS_STATE_FATAL
        ["test_issue_1170c"] = Listener,
    };

    public static TheoryData<string> Names => new(Passing());

    [Theory]
    [MemberData(nameof(Names))]
    public void Passes_on_ours(string name)
    {
        using var run = Child.Start(
            [Path.Combine(Repository.SupervisorsTests, "end-to-end"), Path.GetDirectoryName(Implementation.Ours.PathOf("supervisord"))!, name],
            environment: Child.PlainEnvironment());
        // The longest wait of a test is a minute; another checkout of this repository may be running them too.
        var exit = run.WaitForExit(TimeSpan.FromMinutes(4));
        if (exit != ExitStatus.Exited(0))
            Assert.Fail($"{exit?.ToString() ?? "still running"}\n{run.Output}\n{run.Error}");
    }

    [Fact]
    public void Nothing_is_awaited_that_is_there()
    {
        var daemon = Start(new Launch
        {
            Program = "supervisord",
            Arguments = ["-n", "-c", "{dir}/supervisord.conf"],
            Config = """
                [supervisord]
                logfile={dir}/s.log
                pidfile={dir}/s.pid
                [eventlistener:x]
                command=/bin/cat
                events=TICK_5
                """,
        });
        daemon.WaitForLine("eventlistener x is not run by this version");
    }

    private static IEnumerable<string> Passing()
    {
        const string tests = "/usr/lib/python3/dist-packages/supervisor/tests/test_end_to_end.py";
        return TestName().Matches(File.ReadAllText(tests))
            .Select(match => match.Groups[1].Value)
            .Where(name => !_awaited.ContainsKey(name));
    }

    [GeneratedRegex(@"^    def (test_\w+)\(self\)", RegexOptions.Multiline)]
    private static partial Regex TestName();
}
