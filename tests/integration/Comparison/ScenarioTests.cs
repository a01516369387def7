using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Comparison;

/// <summary>Each folder under scenarios runs on Debian's supervisord and on ours, side by side, and must end the same.</summary>
public sealed class ScenarioTests(ITestOutputHelper output) : DaemonTest(output)
{
    public static TheoryData<string> Names => new(Directory.EnumerateDirectories(Repository.Scenarios).Select(folder => Path.GetFileName(folder)).Order());

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Ours_does_what_supervisord_does(string name)
    {
        var theirs = new Scenario(name, Implementation.Debian, Start);
        var ours = new Scenario(name, Implementation.Ours, Start);
        var outcomes = await Task.WhenAll(Task.Run(theirs.Run), Task.Run(ours.Run));

        Assert.Equal(outcomes[0].Exit, outcomes[1].Exit);
        Assert.Equal(string.Join('\n', outcomes[0].Files), string.Join('\n', outcomes[1].Files));
        AssertSamePrograms(ActivityLog.ByProgram(outcomes[0].Log), ActivityLog.ByProgram(outcomes[1].Log));
        if (ours.Ordered is { } ordered)
            Assert.Equal(string.Join('\n', outcomes[0].Log.Where(line => ordered.IsMatch(line))), string.Join('\n', outcomes[1].Log.Where(line => ordered.IsMatch(line))));
    }

    private static void AssertSamePrograms(IReadOnlyDictionary<string, string> theirs, IReadOnlyDictionary<string, string> ours)
    {
        Assert.Equal(theirs.Keys.Order(), ours.Keys.Order());
        foreach (var program in theirs.Keys)
            Assert.Equal(theirs[program], ours[program]);
    }
}
