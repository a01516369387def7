using Xunit;

namespace Init.Integration.Harness;

/// <summary>Whose supervisord answers on [unix_http_server] and [inet_http_server]: all tests that talk to one run on each of these.</summary>
public static class Servers
{
    internal static IReadOnlyList<Implementation> All { get; } = [Implementation.Debian, Implementation.Ours];

    public static TheoryData<Implementation> Each => [.. All];
}
