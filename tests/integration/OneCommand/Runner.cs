using Init.Integration.Harness;

namespace Init.Integration.OneCommand;

/// <summary>Who runs the one command: ours, or the peers whose promises ours keeps.</summary>
public enum Runner
{
    Ours,
    Tini,
    DumbInit,
}

internal static class RunnerCommand
{
    public static string[] Of(Runner runner) => runner switch
    {
        Runner.Ours => [Implementation.Ours.PathOf("init")],
        Runner.Tini => [Peer("tini")],
        _ => [Peer("dumb-init")],
    };

    private static string Peer(string name) => "/usr/bin/" + name is var path && File.Exists(path)
        ? path
        : throw new FileNotFoundException($"/usr/bin/{name} is missing: install it, the tests compare with it.");
}
