using Xunit.Abstractions;

namespace Init.Integration.Harness;

/// <summary>A test class whose daemons end with each test, and whose failures show what every daemon was given, said and left.</summary>
public abstract class DaemonTest(ITestOutputHelper output) : IDisposable
{
    private readonly List<Daemon> _daemons = [];

    internal ITestOutputHelper Report { get; } = output;

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        Leave();
        foreach (var daemon in _daemons)
        {
            Report.WriteLine(daemon.Describe());
            daemon.Dispose();
        }
    }

    /// <summary>What is to be done at a test's end, while its daemons still run.</summary>
    private protected virtual void Leave()
    {
    }

    internal Daemon Start(Launch launch)
    {
        var daemon = Daemon.Start(launch);
        lock (_daemons)
            _daemons.Add(daemon);
        return daemon;
    }
}
