using Xunit;

namespace Init.Integration.Harness;

/// <summary>The places and streams over which a promise is tested: what holds without a terminal has failed with one before.</summary>
public static class Modes
{
    /// <summary>PID 1 in a container and in a bare pid namespace, each with and without a terminal.</summary>
    public static TheoryData<Place, bool> Pid1 => new()
    {
        { Place.Container, false },
        { Place.Container, true },
        { Place.Unshare, false },
        { Place.Unshare, true },
    };

    /// <summary>The same, and an ordinary process.</summary>
    public static TheoryData<Place, bool> All => new()
    {
        { Place.Container, false },
        { Place.Container, true },
        { Place.Unshare, false },
        { Place.Unshare, true },
        { Place.Process, false },
        { Place.Process, true },
    };
}
