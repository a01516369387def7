using System.Diagnostics;

namespace Init.Integration.Harness;

/// <summary>Waits for a condition, with a deadline.</summary>
internal static class Eventually
{
    /// <summary>What a slow machine is given before a wait counts as failed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(10);

    public static bool Holds(Func<bool> condition, TimeSpan? timeout = null)
    {
        for (var watch = Stopwatch.StartNew(); !condition(); Thread.Sleep(_pause))
            if (watch.Elapsed > (timeout ?? Patience))
                return condition();
        return true;
    }
}
