using System.Text;
using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.CommandLine;

/// <summary>What a wrong command line or configuration gets: Supervisor's words, exit status 2, nothing started.</summary>
public sealed class UsageTests(ITestOutputHelper output) : DaemonTest(output)
{
    public static TheoryData<string> Names => new(UsageCase.All.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_refused_in_supervisords_words(string name)
    {
        var example = UsageCase.All[name];
        var theirs = example.OursOnly ? null : Run(example, Implementation.Debian);
        AssertRefused(example, Run(example, Implementation.Ours), Implementation.Ours);
        if (theirs is not null)
            AssertRefused(example, theirs, Implementation.Debian);
    }

    private static void AssertRefused(UsageCase example, Daemon daemon, Implementation implementation)
    {
        var exit = daemon.WaitForExit();
        var path = implementation.PathOf("supervisord");
        Assert.Equal(
            $"Error: {example.Expected}\nFor help, use {path} -h",
            daemon.Error.ToString().Replace(daemon.Folder, "{dir}"));
        Assert.Equal(ExitStatus.Exited(2), exit);
        Assert.Equal("", daemon.Output.ToString());
    }

    private Daemon Run(UsageCase example, Implementation implementation)
    {
        var folder = Daemon.FreshFolder();
        foreach (var (name, content) in example.Files)
        {
            var path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(content).Replace("{dir}", folder)));
        }

        return Start(new Launch
        {
            Implementation = implementation,
            Program = "supervisord",
            Folder = folder,
            Wrapper = example.Wrapper,
            Arguments = example.Arguments,
        });
    }
}
