using System.Globalization;
using System.Text.RegularExpressions;
using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Comparison;

/// <summary>A file with our own keys still is a file for Supervisor, which ignores them.</summary>
public sealed partial class OwnKeysTests(ITestOutputHelper output) : DaemonTest(output)
{
    private static readonly string _config = File.ReadAllText(Path.Combine(Repository.Root, "tests", "integration", "cases", "own-keys.conf"))
        .Replace("{port}", Port.Free().ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    [Theory]
    [InlineData(Implementation.Debian)]
    [InlineData(Implementation.Ours)]
    public void A_configuration_with_all_of_them_loads_on_both(Implementation implementation)
    {
        var daemon = Start(new Launch { Implementation = implementation, Program = "supervisord", Config = _config });
        foreach (var program in new[] { "web", "db", "cache" })
            daemon.WaitUntil(() => daemon.Read("supervisord.log").Contains($"success: {program} entered RUNNING state", StringComparison.Ordinal), $"{program} runs");
        daemon.WaitUntil(() => daemon.Read("supervisord.log").Contains("exited: migrate (exit status 0; expected)", StringComparison.Ordinal), "migrate has run");
        Assert.DoesNotContain("CRIT Error", daemon.Read("supervisord.log"), StringComparison.Ordinal);
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void In_a_container_they_all_work_together()
    {
        var daemon = Start(new Launch { Place = Place.Container, Config = _config.Replace("logfile={dir}/supervisord.log\n", "", StringComparison.Ordinal) });
        daemon.WaitForLine(@"success: web entered RUNNING state, it is ready \(fd:3\)");
        Assert.Matches("(?s)success: cache .*spawned: 'web'", daemon.Output.ToString());
        daemon.WaitForLine(@"healthy: web \(command:true\)");
        var web = daemon.PidOf("web");
        Assert.Equal("1", File.ReadAllText($"/proc/{web}/stat").Split(' ')[18]); // nice
        Assert.Equal("100", File.ReadAllText($"/proc/{web}/oom_score_adj").Trim());
        Assert.Matches(@"(?m)^NoNewPrivs:\s+1$", File.ReadAllText($"/proc/{web}/status"));
        Assert.Contains("HOME=/root", File.ReadAllText($"/proc/{web}/environ"), StringComparison.Ordinal);
        daemon.Signal(Signum.SIGUSR1);
        daemon.WaitForLine("exited: web .terminated by SIGUSR1; not expected.");
        daemon.WaitForLine("success: web", 2);
        daemon.Signal(Signum.SIGHUP);
        daemon.WaitForLine("No config updates to processes");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        daemon.WaitForLine("stopping within 60 s: web");
        daemon.WaitForLine("running stop_command of web");
    }

    [Fact]
    public void They_are_all_in_it_and_known_to_us()
    {
        var compatibility = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "compat.md"));
        var ours = compatibility.Where(line => line.Contains("| ours, see ", StringComparison.Ordinal)).Select(line => line.Split(" | ")[0])
            .SelectMany(subjects => Key().Matches(subjects)).Select(match => match.Groups[1].Value).ToList();
        Assert.Contains("restart_backoff", ours);
        // A command of supervisorctl is no key.
        Assert.Equal("", string.Join(' ', ours.Where(key => key is not ("health" or "why") && !Regex.IsMatch(_config, $@"(?m)^{key}="))));

        var folder = Daemon.FreshFolder();
        File.WriteAllText(folder + "/supervisord.conf", _config.Replace("{dir}", folder, StringComparison.Ordinal));
        using var check = Child.Start([Implementation.Ours.PathOf("init"), "check", "--strict", "-c", folder + "/supervisord.conf"]);
        Assert.Equal((ExitStatus.Exited(0), ""), (check.WaitForExit(Eventually.Patience), check.Error.ToString()));
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Neither options, nor paths, sections and forms of values.</summary>
    [GeneratedRegex(@"`([a-z_]+)`")]
    private static partial Regex Key();
}
