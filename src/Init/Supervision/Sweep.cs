using Init.Config;
using Init.Os;
using Init.Output;

namespace Init.Supervision;

/// <summary>
/// The last act of a PID 1 or a subreaper: what programs left behind, in sessions and groups of their own, is asked to end, then
/// killed, and reaped. Supervisor leaves that to the kernel (L-083).
/// </summary>
/// <param name="budget">What the stop had to be over by.</param>
internal sealed class Sweep(ActivityLog activity, Action<TimeSpan?> turnUntil, StopBudget? budget)
{
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(2);

    internal void Run()
    {
        if (!Children.Any())
            return;
        activity.Log(LogLevel.Info, "ending the processes that programs left behind");
        if (!SignalAndWait(Signals.SIGTERM, budget?.For([_grace], Clock.Now) ?? _grace))
            SignalAndWait(Signals.SIGKILL, _grace);
    }

    /// <returns>Whether nothing is left.</returns>
    private bool SignalAndWait(int signal, TimeSpan grace)
    {
        var until = Clock.Now + grace;
        SignalAll(signal);
        while (Children.Any() && Clock.Now < until)
        {
            turnUntil(until);
            if (signal == Signals.SIGKILL)
                SignalAll(signal); // a killed parent's children are ours only now
        }
        return !Children.Any();
    }

    private static void SignalAll(int signal)
    {
        if (Children.OwnPid == 1)
            Children.Signal(-1, signal); // everything in our PID namespace but ourselves
        else
            foreach (var pid in ProcessTree.Descendants(Children.OwnPid))
                Children.Signal(pid, signal);
    }
}
