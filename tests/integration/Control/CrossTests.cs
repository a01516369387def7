using System.Collections.Concurrent;
using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Control;

/// <summary>
/// Over long scripts, our supervisorctl says what Debian's says and ends as it ends, and both are answered alike by Debian's supervisord
/// and by ours: each of the four pairs is compared with Debian's own.
/// </summary>
public sealed class CrossTests(ITestOutputHelper output) : DaemonTest(output)
{
    private static readonly ConcurrentDictionary<string, Task<IReadOnlyList<string>>> _theirs = new();

    public static TheoryData<string, Implementation> Pairs
    {
        get
        {
            var pairs = new TheoryData<string, Implementation>();
            foreach (var name in ControlScripts.All.Keys)
                foreach (var daemon in Servers.All)
                    pairs.Add(name, daemon);
            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Both_clients_are_answered_as_theirs_by_theirs(string script, Implementation daemon)
    {
        // What Supervisor says may depend on whether a child is gone when it looks for the first time, which a busy machine decides. What
        // is different twice is different.
        if (await Compare(_theirs.GetOrAdd(script, _ => Run(Implementation.Debian, Implementation.Debian))) is not null
            && await Compare(Run(Implementation.Debian, Implementation.Debian)) is { } differences)
            Assert.Fail(differences);

        async Task<string?> Compare(Task<IReadOnlyList<string>> expected)
        {
            var ours = Run(daemon, Implementation.Ours);
            var theirs = daemon == Implementation.Debian ? expected : Run(daemon, Implementation.Debian);
            var differences =
                from answer in (await theirs).Zip(await expected, (got, wanted) => (Client: "Debian's", got, wanted))
                    .Concat((await ours).Zip(await expected, (got, wanted) => (Client: "ours", got, wanted)))
                where answer.got != answer.wanted
                select $"--- {answer.Client}:\n{answer.got}--- instead of:\n{answer.wanted}";
            return string.Join('\n', differences) is { Length: > 0 } text ? text : null;
        }

        Task<IReadOnlyList<string>> Run(Implementation server, Implementation client) =>
            Task.Run(() => new Controlled(Start, server, client).Run(ControlScripts.All[script]));
    }
}
