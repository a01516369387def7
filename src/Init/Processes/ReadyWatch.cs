using Init.Config;
using Init.Loop;
using Init.Os;

namespace Init.Processes;

/// <summary>What of one run of a program tells that it is ready: made before the run is, and gone with it. Of the loop thread.</summary>
internal abstract class ReadyWatch : IDisposable
{
    /// <exception cref="SyscallException">EMFILE and what else means that there can be none.</exception>
    internal static ReadyWatch? Of(Subprocess process, Prober prober, EventLoop loop) => process.Config.ReadyWhen switch
    {
        ReadyWhen.Notified => new ReadyNotification(process, loop),
        ReadyWhen.Descriptor(var number) => new ReadyDescriptor(process, number, loop),
        ReadyWhen.Logged(var pattern) => new ReadyLine(process, pattern, loop),
        ReadyWhen.Probed(var probe) => new ReadyProbe(process, probe, prober, loop),
        _ => null,
    };

    /// <summary>A descriptor that the program is to have.</summary>
    internal virtual PassedDescriptor? Passed => null;

    /// <summary>Sets what the program has to know.</summary>
    internal virtual void Prepare(ChildEnvironment environment)
    {
    }

    /// <summary>Why it is not ready, where that is known.</summary>
    internal virtual string? Problem => null;

    /// <summary>The run has begun.</summary>
    internal virtual void Begin(int pid)
    {
    }

    /// <summary>The run is not STARTING any more.</summary>
    internal virtual void LeaveStarting()
    {
    }

    /// <summary>The run has ended, or was none.</summary>
    public abstract void Dispose();
}
