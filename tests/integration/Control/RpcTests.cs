using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Control;

/// <summary>
/// Python's own XML-RPC client, with every method, rightly and wrongly used, over both kinds of socket: the answers are those of Debian's
/// supervisord, but for the differences listed in cases/rpc.differences.
/// </summary>
public sealed class RpcTests(ITestOutputHelper output) : DaemonTest(output)
{
    private const string Unix = "unix://{dir}/s.sock";
    private const string Inet = "http://joe:secret@127.0.0.1:{port}";
    private const string WrongTypes = "# wrong types";
    private const string WrongTypesFault = @"^(.*?) -> (fault 2 INCORRECT_PARAMETERS|\[\{faultCode: 2, faultString: 'INCORRECT_PARAMETERS)";

    private static readonly Lazy<IReadOnlyList<Difference>> _differences = new(ReadDifferences);
    private static readonly ConcurrentDictionary<string, Task<IReadOnlyList<string>>> _theirs = new();

    public static TheoryData<Implementation, string> Places
    {
        get
        {
            var places = new TheoryData<Implementation, string>();
            foreach (var daemon in Servers.All)
            {
                places.Add(daemon, Unix);
                places.Add(daemon, Inet);
            }

            return places;
        }
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Every_call_is_answered_as_theirs_answers_it(Implementation daemon, string url)
    {
        var theirs = await _theirs.GetOrAdd(Unix, _ => Call(Implementation.Debian, Unix));
        // They must be what the file says: it is about them as much as about ours.
        Assert.Empty(_differences.Value.Select(difference => difference.Theirs).Except(theirs));
        var actual = daemon == Implementation.Debian ? await _theirs.GetOrAdd(url, _ => Call(daemon, url)) : await Call(daemon, url);
        var expected = daemon == Implementation.Debian ? theirs : AsOurs(theirs, actual);
        // Over the second kind of socket the daemon is left alive: its last parts are not called.
        Assert.True(actual.Count > 500, $"only {actual.Count} lines");
        var differences =
            from line in expected.Take(url == Unix ? expected.Count : actual.Count).Zip(actual, (wanted, got) => (wanted, got))
            where line.wanted != line.got
            select $"{line.got}\n  instead of\n{line.wanted}";
        if (string.Join('\n', differences) is { Length: > 0 } text)
            Assert.Fail(text);
        if (url == Unix)
            Assert.Equal(expected.Count, actual.Count);
    }

    private static IReadOnlyList<string> AsOurs(IReadOnlyList<string> theirs, IReadOnlyList<string> actual)
    {
        var renamed = _differences.Value.ToDictionary(difference => difference.Theirs, difference => difference.Ours);
        var wrongTypes = false;
        return [.. theirs.Zip(actual.Concat(Enumerable.Repeat("", theirs.Count)), Expected)];

        string Expected(string line, string ours)
        {
            if (line.StartsWith('#'))
                wrongTypes = line.StartsWith(WrongTypes, StringComparison.Ordinal);
            else if (wrongTypes && Regex.Match(ours, WrongTypesFault) is { Success: true } fault && line.StartsWith(fault.Groups[1].Value + " -> ", StringComparison.Ordinal))
                return ours;
            return renamed.GetValueOrDefault(line, line);
        }
    }

    private static List<Difference> ReadDifferences()
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "tests", "integration", "cases", "rpc.differences"))
            .Where(line => line.Length > 0 && line[0] != ';')
            .ToList();
        return [.. lines.Chunk(3).Select(row => new Difference($"{row[0]} -> {row[1][2..]}", $"{row[0]} -> {row[2][2..]}"))];
    }

    private Task<IReadOnlyList<string>> Call(Implementation daemon, string url) => Task.Run(IReadOnlyList<string> () =>
    {
        var controlled = new Controlled(Start, daemon, Implementation.Ours, Programs);
        using var calls = Child.Start(
            [Path.Combine(Repository.Fixtures, "rpc-calls"), controlled.Daemon.Folder, controlled.Fill(url), .. url == Unix ? new[] { "long" } : []],
            environment: Child.PlainEnvironment());
        var exit = calls.WaitForExit(TimeSpan.FromMinutes(3));
        return exit == ExitStatus.Exited(0)
            ? calls.Output.Lines
            : throw controlled.Daemon.Failure($"{calls.Command}: {exit?.ToString() ?? "still running"}\n{calls.Output}\n{calls.Error}");
    });

    private sealed record Difference(string Theirs, string Ours);

    private const string Programs = """
        [program:naïve]
        command=/bin/sleep 1000
        autostart=false
        [program:slow]
        command=/bin/sleep 1000
        autostart=false
        startsecs=60
        [program:stubborn]
        command=/bin/sh -c 'trap : TERM; echo ready; while :; do sleep 0.05; done'
        autostart=false
        stopwaitsecs=100
        [program:quick]
        command=/bin/sh -c 'echo quick'
        autostart=false
        autorestart=false
        startsecs=0
        [program:status3]
        command=/bin/sh -c 'exit 3'
        autostart=false
        autorestart=false
        startsecs=0
        [program:retried]
        command=/bin/sh -c 'exit 3'
        autostart=false
        startretries=1000
        [program:directory]
        command=/tmp
        autostart=false
        [program:unclosed]
        command=/bin/cat 'x
        autostart=false
        [program:relative]
        command=no-such-command
        autostart=false
        [program:nodirectory]
        command=/bin/cat
        directory=/nonexistent
        autostart=false
        startretries=0
        [program:failing]
        command={dir}/no-interpreter
        autostart=false
        startretries=0
        [program:unlogged]
        command=/bin/sh -c 'echo words; exec sleep 1000'
        autostart=false
        stdout_logfile=NONE
        stderr_logfile=NONE
        [program:bytes]
        command=/usr/bin/printf 'caf\303\251 \377\376 x\303'
        autostart=false
        autorestart=false
        startsecs=0
        stdout_logfile={dir}/bytes.log
        [program:controls]
        command=/usr/bin/printf 'a\033[0mb\001\000\n'
        autostart=false
        autorestart=false
        startsecs=0
        stdout_logfile={dir}/controls.log
        [program:one]
        command=/bin/sleep 1000
        autostart=false
        [program:two]
        command=/bin/sleep 1000
        autostart=false
        [group:g]
        programs=one,two
        priority=5
        """;
}
