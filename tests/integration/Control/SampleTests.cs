using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Control;

/// <summary>echo_supervisord_conf: a configuration that both daemons start from.</summary>
public sealed class SampleTests(ITestOutputHelper output) : DaemonTest(output)
{
    [Fact]
    public void Its_options_are_those_of_supervisors_own_sample()
    {
        // C-272: what is active there is active here, with the same values.
        Assert.Equal(Active(Child.Run("/usr/bin/echo_supervisord_conf")), Active(Sample()));
        Assert.StartsWith("; Sample supervisor config file.\n", Sample(), StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_are_not_looked_at() => Assert.Equal(Sample(), Child.Run(Implementation.Ours.PathOf("echo_supervisord_conf"), "--x", "y") + "\n");

    [Theory]
    [MemberData(nameof(Servers.Each), MemberType = typeof(Servers))]
    public void A_supervisord_starts_from_it_and_our_supervisorctl_stops_it_there(Implementation implementation)
    {
        var daemon = Start(new Launch
        {
            Implementation = implementation,
            Program = "supervisord",
            Config = Local(Sample()),
            Arguments = ["-n", "-c", "{dir}/supervisord.conf"],
        });
        daemon.WaitUntil(() => daemon.Read("supervisord.pid").Length > 0, "pidfile");
        Assert.Equal("Shut down", Child.Run(Implementation.Ours.PathOf("supervisorctl"), "-c", daemon.PathOf("supervisord.conf"), "shutdown"));
        Assert.Equal(ExitStatus.Exited(0), daemon.WaitForExit());
    }

    [Fact]
    public void Ours_starts_from_it()
    {
        var daemon = Start(new Launch { Program = "supervisord", Config = Local(Sample()), Arguments = ["-n", "-c", "{dir}/supervisord.conf"] });
        daemon.WaitForLine("supervisord started with pid");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    private static string Sample() => Child.Run(Implementation.Ours.PathOf("echo_supervisord_conf")) + "\n";

    private static string Local(string sample) => sample.Replace("/tmp/supervisor", "{dir}/supervisor");

    private static string Active(string sample) => string.Join('\n',
        from line in sample.Split('\n')
        where line.Length > 0 && line[0] != ';'
        select line.Split(" ;")[0].TrimEnd());
}
