using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Control;

/// <summary>Our supervisorctl says what Debian's says, and ends as it ends, over long scripts against a real supervisord.</summary>
public sealed class CrossTests(ITestOutputHelper output) : DaemonTest(output)
{
    public static TheoryData<string> Names => new(ControlScripts.All.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Ours_says_what_theirs_says(string name)
    {
        var outcomes = await Task.WhenAll(new[] { Implementation.Debian, Implementation.Ours }.Select(
            client => Task.Run(() => new Controlled(Start, Implementation.Debian, client).Run(ControlScripts.All[name]))));
        foreach (var (theirs, ours) in outcomes[0].Zip(outcomes[1]))
            Assert.Equal(theirs, ours);
    }
}
