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
    public static TheoryData<string> Names => new(All());

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

    private static IEnumerable<string> All()
    {
        const string tests = "/usr/lib/python3/dist-packages/supervisor/tests/test_end_to_end.py";
        return TestName().Matches(File.ReadAllText(tests))
            .Select(match => match.Groups[1].Value);
    }

    [GeneratedRegex(@"^    def (test_\w+)\(self\)", RegexOptions.Multiline)]
    private static partial Regex TestName();
}
