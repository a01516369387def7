using System.Globalization;
using System.Text.RegularExpressions;
using Init.Os;
using Init.Processes;
using Init.States;
using Init.Unit.Processes;
using Init.Unit.Rpc;
using Init.Web;
using Microsoft.AspNetCore.Http;
using Xunit;
using static Init.Unit.Web.Rendering;

namespace Init.Unit.Web;

/// <summary>/metrics, read as strictly as the text format (version 0.0.4) is written.</summary>
public sealed partial class MetricsTests
{
    private static readonly OwnMetrics _own = new("0.1.0", SupervisorState.Running, 1695.5, TimeSpan.FromSeconds(2), 4096, 17);

    [Fact]
    public void A_program_is_told_under_the_names_that_node_exporter_gives()
    {
        var samples = Read(Write(Program("web", "shop")));
        Assert.Equal(20, samples["node_supervisord_state{name=web,group=shop}"]);
        Assert.Equal(3, samples["node_supervisord_exit_status{name=web,group=shop}"]);
        Assert.Equal(1, samples["node_supervisord_up{name=web,group=shop}"]);
        Assert.Equal(1700.25, samples["node_supervisord_start_time_seconds{name=web,group=shop}"]);
    }

    [Fact]
    public void What_it_uses_is_its_trees()
    {
        var samples = Read(Write(Program("web", "web"), new TreeUsage(3, 5000, TimeSpan.FromSeconds(1.5))));
        Assert.Equal(5000, samples["init_resident_memory_bytes{name=web,group=web}"]);
        Assert.Equal(3, samples["init_processes{name=web,group=web}"]);
        Assert.Equal(10, samples["init_cpu_seconds_total{name=web,group=web}"]);
        Assert.Equal(2, samples["init_restarts_total{name=web,group=web}"]);
        Assert.Equal(4, samples["init_failed_starts_total{name=web,group=web}"]);
        Assert.Equal(5, samples["init_log_dropped_lines_total{name=web,group=web}"]);
        Assert.Equal(6, samples["init_log_lost_bytes_total{name=web,group=web}"]);
    }

    [Fact]
    public void One_that_does_not_run_has_no_start_and_no_memory_but_has_used_what_it_has_used()
    {
        var samples = Read(Write(Program("web", "web") with { State = ProcessState.Exited, Pid = 0 }));
        Assert.Equal(0, samples["node_supervisord_up{name=web,group=web}"]);
        Assert.Equal(10, samples["init_cpu_seconds_total{name=web,group=web}"]);
        Assert.DoesNotContain(samples.Keys, key => key.StartsWith("node_supervisord_start", StringComparison.Ordinal) || key.StartsWith("init_resident", StringComparison.Ordinal));
    }

    [Fact] // a descendant that leaves the tree, or that nobody waits for, is gone with all that it has used
    public void The_CPU_of_a_program_never_goes_back_and_goes_on_with_its_next_run()
    {
        using var here = new SupervisorStub();
        var process = here.Add("a", ProcessState.Running, MachineTestbed.Program()).Processes[0];
        Assert.Equal(0, Cpu(null));
        Assert.Equal(5, Cpu(5));
        Assert.Equal(5, Cpu(3));
        Assert.Equal(5, Cpu(null));
        process.Used(new RunUsage(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(0.5), 0, false));
        Assert.Equal(5, Cpu(null));
        Assert.Equal(6, Cpu(1));
        process.Used(new RunUsage(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2), 0, false)); // it has waited for more than was seen
        Assert.Equal(9, Cpu(0));

        double Cpu(double? seen) => process.Cpu(seen is { } seconds ? TimeSpan.FromSeconds(seconds) : null).TotalSeconds;
    }

    [Theory]
    [InlineData("None", null)]
    [InlineData("Starting", 0.0)]
    [InlineData("Unhealthy", 0.0)]
    [InlineData("Healthy", 1.0)]
    public void Health_is_told_of_those_that_have_a_healthcheck(string health, double? value)
    {
        var samples = Read(Write(Program("web", "web") with { Health = Enum.Parse<Health>(health), Waits = true }));
        Assert.Equal(value, samples.TryGetValue("init_healthy{name=web,group=web}", out var found) ? found : null);
        Assert.Equal(1, samples["init_waiting{name=web,group=web}"]);
    }

    [Theory]
    [InlineData("a\"b")]
    [InlineData("a\\b")]
    [InlineData("a\\")]
    [InlineData("two\nlines")]
    [InlineData("{x=\"y\"} 1")]
    [InlineData("\u00e9 \U0001F600")]
    public void Any_name_comes_back(string name) => Assert.Contains($"node_supervisord_up{{name={name},group={name}}}", Read(Write(Program(name, name))).Keys);

    [Fact]
    public void The_daemon_tells_of_itself()
    {
        var samples = Read(Write());
        Assert.Equal(1, samples["init_build_info{version=0.1.0}"]);
        Assert.Equal(1, samples["init_supervisor_state"]);
        Assert.Equal(2, samples["process_cpu_seconds_total"]);
        Assert.Equal(4096, samples["process_resident_memory_bytes"]);
        Assert.Equal(17, samples["process_open_fds"]);
        Assert.Equal(1695.5, samples["process_start_time_seconds"]);
    }

    [Fact]
    public async Task The_answer_has_the_type_of_the_format_and_is_of_this_process()
    {
        using var here = new SupervisorStub();
        here.Add("a", ProcessState.Fatal);
        var context = new DefaultHttpContext();
        var body = new MemoryStream();
        context.Response.Body = body;
        var answer = new Metrics(here, new TreeSampler(here), "0.1.0").HandleAsync(context);
        var patience = Clock.Now + TimeSpan.FromSeconds(10);
        while (!answer.IsCompleted && Clock.Now < patience)
            here.Loop.Turn(Clock.Now + TimeSpan.FromMilliseconds(1));
        await answer;
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", context.Response.ContentType);
        var samples = Read(System.Text.Encoding.UTF8.GetString(body.ToArray()));
        Assert.Equal(200, samples["node_supervisord_state{name=a,group=a}"]);
        Assert.True(samples["process_resident_memory_bytes"] > 1e6);
        Assert.True(samples["process_open_fds"] > 3);
        var started = DateTimeOffset.UnixEpoch.AddSeconds(samples["process_start_time_seconds"]);
        Assert.InRange(started, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddSeconds(5));
    }

    [Fact]
    public void An_answer_larger_than_what_is_handed_on_at_once_is_whole()
    {
        var programs = Enumerable.Range(0, 300).Select(n => Program(n == 7 ? new string('x', 40_000) : $"program-{n}", "g")).ToList();
        var samples = Read(Text(output => MetricsText.Write(output, programs, new Dictionary<int, TreeUsage>(), _own)));
        foreach (var program in programs)
            foreach (var (family, value) in new[] { ("node_supervisord_state", 20), ("node_supervisord_start_time_seconds", 1700.25), ("init_log_lost_bytes_total", 6) })
                Assert.Equal(value, samples[$"{family}{{name={program.Name},group=g}}"]);
    }

    private static ProgramMetrics Program(string name, string group) => new(
        group, name, ProcessState.Running, 3, 12, 1700.25, Health.None, Waits: false, Restarts: 2, FailedStarts: 4, TimeSpan.FromSeconds(10), DroppedLines: 5, LostBytes: 6);

    private static string Write(ProgramMetrics? program = null, TreeUsage? tree = null)
    {
        var trees = new Dictionary<int, TreeUsage>();
        if (tree is { } usage)
            trees[12] = usage;
        return Text(output => MetricsText.Write(output, program is { } one ? [one] : [], trees, _own));
    }

    /// <summary>
    /// Each family has its HELP, then its TYPE, once; its samples follow, none twice, with names and labels that are names, and values that
    /// are numbers; counters are not negative. Whatever else stands there is an error.
    /// </summary>
    private static Dictionary<string, double> Read(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var (samples, families, family, type) = (new Dictionary<string, double>(), new HashSet<string>(), "", "");
        var lines = text[..^1].Split('\n');
        for (var n = 0; n < lines.Length; n++)
            if (Help().Match(lines[n]) is { Success: true } help)
            {
                family = help.Groups[1].Value;
                Assert.True(families.Add(family), $"twice: {family}");
                var told = Kind().Match(lines[++n]);
                Assert.True(told.Success && told.Groups[1].Value == family, lines[n]);
                type = told.Groups[2].Value;
            }
            else
            {
                var sample = Sample().Match(lines[n]);
                Assert.True(sample.Success, lines[n]);
                Assert.Equal(family, sample.Groups[1].Value);
                var value = double.Parse(sample.Groups[4].Value, NumberStyles.Float, CultureInfo.InvariantCulture);
                Assert.True(type == "gauge" || value >= 0, lines[n]);
                var labels = Label().Matches(sample.Groups[3].Value).Select(label => $"{label.Groups[1].Value}={Unescaped(label.Groups[2].Value)}");
                Assert.True(samples.TryAdd(family + (sample.Groups[2].Length == 0 ? "" : $"{{{string.Join(',', labels)}}}"), value), $"twice: {lines[n]}");
            }
        return samples;
    }

    private static string Unescaped(string value) => Escape().Replace(value, match => match.Value[1] == 'n' ? "\n" : match.Value[1..]);

    [GeneratedRegex(@"^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) [^\\]+$")]
    private static partial Regex Help();

    [GeneratedRegex(@"^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (gauge|counter)$")]
    private static partial Regex Kind();

    [GeneratedRegex("^([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{((?:[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\]|\\\\[\"\\\\n])*\",?)+)\\})? (-?[0-9][0-9.]*(?:[eE][-+]?[0-9]+)?)$")]
    private static partial Regex Sample();

    [GeneratedRegex("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\[\"\\\\n])*)\"")]
    private static partial Regex Label();

    [GeneratedRegex("\\\\[\"\\\\n]")]
    private static partial Regex Escape();

    [Fact]
    public void A_name_makes_no_line_of_its_own_and_commands_no_terminal()
    {
        var text = Write(Program("a\nforged 1\r\x1b[2J\u009b\u2028\u202e", "g\"} 1\n"));
        Assert.DoesNotContain(text, character => character != '\n' && Init.Os.VisibleText.IsCommand(character));
        Assert.DoesNotContain("\nforged", text, StringComparison.Ordinal);
        Assert.Contains(Read(text).Keys, key => key.StartsWith("init_restarts_total{name=a\nforged 1", StringComparison.Ordinal));
    }
}
